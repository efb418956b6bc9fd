import { resolve } from 'node:path';
import { parseNodeUrl } from '../../kong/node/parse-node-url.ts';
import type { YamlValue } from '../../signing/policy/yaml-value.ts';
import type { KongSection } from './configuration.ts';

const KEYS = [
  ...(['conf', 'prefix', 'role', 'adminUrl', 'statusUrl', 'declarativeConfig'] as const),
  ...(['probe', 'probeForSeconds', 'activateTimeoutSeconds'] as const),
];
const MAX_SECONDS = 86_400;

/**
 * Reads the section `kong:`.
 * @param directory that relative paths are below
 * @throws KongcrateError POLICY_INVALID with line and column
 */
export function readKongSection(section: YamlValue | undefined, directory: string): KongSection {
  if (!section) return {};
  const { conf, prefix, declarativeConfig, role, ...fields } = section.fields(KEYS);
  const { adminUrl, statusUrl, probe, probeForSeconds, activateTimeoutSeconds } = fields;
  const pathOf = (value: YamlValue): string => resolve(directory, value.text());
  if (probeForSeconds && !probe)
    throw probeForSeconds.invalid('this says how long, and nothing says what', 'Add probe.');
  return {
    ...(conf && { conf: pathOf(conf) }),
    ...(prefix && { prefix: pathOf(prefix) }),
    ...(role && { role: role.word('dbless', 'traditional', 'data-plane', 'control-plane') }),
    ...(adminUrl && { adminUrl: adminUrl.read(parseNodeUrl) }),
    ...(statusUrl && { statusUrl: statusUrl.read(parseNodeUrl) }),
    ...(declarativeConfig && { declarativeConfig: pathOf(declarativeConfig) }),
    ...(probe && { probe: probe.text() }),
    ...(probeForSeconds && { probeForSeconds: probeForSeconds.count(MAX_SECONDS) }),
    ...(activateTimeoutSeconds && {
      activateTimeoutSeconds: activateTimeoutSeconds.count(MAX_SECONDS),
    }),
  };
}
