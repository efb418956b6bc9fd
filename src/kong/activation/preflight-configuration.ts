import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KongNode } from '../node/kong-node.ts';
import { askNode, pageOf, type Asking } from './ask-node.ts';
import { fieldOf, parseJson } from './json-fields.ts';

/** Which declarative configuration the preflight judged by the schemas of the new plugins. */
export type JudgedConfiguration = 'declarative-config' | 'admin-api' | 'named-file' | 'not-checked';

export interface PreflightConfiguration {
  readonly file: string;
  readonly from: JudgedConfiguration;
  /** For people. */
  readonly shownAs: string;
}

export interface ConfigurationChoice extends Asking {
  /** The file that the user named. */
  readonly configFile?: string | undefined;
  /** A private directory, for what has to be written. */
  readonly scratch: string;
}

/**
 * Chooses the configuration to judge: a new required field is seen in the node's own only, since a
 * reload does not validate it again and the next start does (KONG.md 1.8).
 * @throws the signal's reason; errno errors
 */
export async function choosePreflightConfiguration(
  node: KongNode,
  { configFile, scratch, ...asking }: ConfigurationChoice,
): Promise<PreflightConfiguration> {
  if (configFile !== undefined)
    return { file: configFile, from: 'named-file', shownAs: configFile };
  const { declarativeConfig: own } = node;
  if (own !== undefined) return { file: own, from: 'declarative-config', shownAs: own };
  const loaded = await askLoaded(node, asking);
  const file = join(scratch, 'configuration.yml');
  // It may hold credentials of consumers.
  writeFileSync(file, loaded ?? '_format_version: "3.0"\n', { mode: 0o600, flag: 'wx' });
  return loaded === undefined
    ? { file, from: 'not-checked', shownAs: 'an empty configuration' }
    : { file, from: 'admin-api', shownAs: 'the configuration that the node has loaded' };
}

/** Only without a database does Kong hand out what it has loaded. */
async function askLoaded(node: KongNode, asking: Asking): Promise<string | undefined> {
  if (node.role !== 'dbless' || !node.adminUrl) return undefined;
  const url = pageOf(node.adminUrl, '/config');
  const answer = await askNode({ ...asking, url, headers: node.adminHeaders });
  if (answer?.status !== 200) return undefined;
  const config = fieldOf(parseJson(answer.body), 'config');
  return typeof config === 'string' ? config : undefined;
}
