import { parseYaml } from './parse-yaml.ts';
import { required, type YamlValue } from './yaml-value.ts';

/** What a configuration may hold beside its policy; each part is read by whoever it is for. */
const SECTIONS = ['version', 'trust', 'mirrors', 'luaRoot', 'kong', 'plugins'] as const;

/** A configuration as a whole, for what is wrong with all of it, and its sections. */
export interface Sections extends Partial<
  Readonly<Record<Exclude<(typeof SECTIONS)[number], 'version'>, YamlValue>>
> {
  readonly root: YamlValue;
}

/**
 * Reads the sections of a configuration, as docs/kongcrate-yaml.md lists them.
 * @param file the name under which messages speak of it
 * @throws KongcrateError POLICY_INVALID with line, column and what is allowed there
 */
export function parseSections(bytes: Uint8Array, file: string): Sections {
  const root = parseYaml(bytes, file);
  const { version, ...sections } = root.fields(SECTIONS);
  checkVersion(required(version, root, 'version'));
  return { ...sections, root };
}

function checkVersion(version: YamlValue): void {
  const number = version.count(1_000_000);
  if (number === 1) return;
  throw version.invalid(
    `version ${number} is newer than this kongcrate knows`,
    'Update kongcrate, or write version: 1 and what belongs to it.',
  );
}
