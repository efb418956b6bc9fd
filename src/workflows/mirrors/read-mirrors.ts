import { readSourceFile } from '../read-source-file.ts';
import type { MirrorRule, Mirrors } from './mirror-rule.ts';
import { registriesConfFiles, type RegistriesConfPlaces } from './registries-conf-files.ts';

export interface ReadMirrorsOptions
  extends RegistriesConfPlaces, Pick<Mirrors, 'onNote' | 'onWarning'> {
  /** A configuration whose section `mirrors:` comes first. */
  readonly configuration?: string | undefined;
}

const MAX_CONF_BYTES = 1024 * 1024;

/**
 * Reads where registries are mirrored: the section `mirrors:` of a configuration, then containers'
 * registries.conf. The code that reads a format is loaded only where there is a file in it.
 * @throws KongcrateError POLICY_INVALID, MIRRORS_INVALID, SOURCE_UNREADABLE
 */
export async function readMirrors({
  configuration,
  onNote,
  onWarning,
  ...places
}: ReadMirrorsOptions): Promise<Mirrors> {
  return {
    lists: [await readSection(configuration), await readConf(registriesConfFiles(places))],
    ...(onNote ? { onNote } : {}),
    ...(onWarning ? { onWarning } : {}),
  };
}

async function readSection(configuration: string | undefined): Promise<readonly MirrorRule[]> {
  if (configuration === undefined) return [];
  const { readConfiguration } = await import('../configuration/read-configuration.ts');
  return (await readConfiguration(configuration)).mirrors;
}

/** What a later file says of a prefix replaces what an earlier one says of it. */
async function readConf(files: readonly string[]): Promise<readonly MirrorRule[]> {
  if (files.length === 0) return [];
  const { parseRegistriesConf } = await import('./parse-registries-conf.ts');
  const rules = files.flatMap((file) =>
    parseRegistriesConf(readSourceFile(file, MAX_CONF_BYTES).toString('utf8'), file),
  );
  return [...new Map(rules.map((rule) => [rule.prefix, rule])).values()];
}
