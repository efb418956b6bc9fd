import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { KongNode } from '../node/kong-node.ts';
import { parseSettings, runningSettingsFile, type Settings } from '../node/read-settings.ts';
import { runKong } from '../node/run-kong.ts';
import { outcomeOf, type KongOutcome, type ReloadOptions } from './reload-kong.ts';

export interface PrepareOptions extends Pick<ReloadOptions, 'timeoutMs' | 'signal'> {
  /** All of it counts, KONG_ variables too, as they would at the next start. */
  readonly environment: ReloadOptions['environment'];
  /** Keys that may get another value, such as `plugins`. */
  readonly mayChange: readonly string[];
}

const TIMEOUT_MS = 60_000;

/**
 * Writes the settings of kong.conf and environment over those of the running node, for a reload to
 * take. A node that was configured by an environment which is not here would become another one, and
 * stay it (KONG.md 1.8), so this is tried in a prefix of its own first.
 * @throws KongcrateError USAGE where another setting would change, NOT_FOUND without a `kong` program;
 *   the signal's reason; errno errors
 */
export async function prepareKong(node: KongNode, options: PrepareOptions): Promise<KongOutcome> {
  const parent = options.environment['TMPDIR'] ?? '/tmp';
  const scratch = mkdtempSync(join(parent, 'kongcrate-prepare-'));
  try {
    const trial = await prepare(node, scratch, options);
    if (!trial.done) return trial;
    refuseOtherChanges(node, scratch, options.mayChange);
    return await prepare(node, node.prefix, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function prepare(
  node: KongNode,
  prefix: string,
  { environment, timeoutMs = TIMEOUT_MS, signal }: PrepareOptions,
): Promise<KongOutcome> {
  const conf = node.kongConf === undefined ? [] : ['-c', node.kongConf];
  const args = ['prepare', ...conf, '-p', prefix];
  return outcomeOf(args, await runKong(args, { node, environment, timeoutMs, signal }));
}

function refuseOtherChanges(node: KongNode, scratch: string, mayChange: readonly string[]): void {
  const running = settingsUnder(node.prefix);
  const next = new Map(
    [...settingsUnder(scratch)].map(([key, value]) => [
      key,
      value.replaceAll(scratch, node.prefix),
    ]),
  );
  const changed = [...new Set([...running.keys(), ...next.keys()])].filter(
    (key) => !mayChange.includes(key) && running.get(key) !== next.get(key),
  );
  if (changed.length === 0) return;
  // Names alone: values may be passwords.
  const keys = changed.sort().join(', ');
  throw new KongcrateError(
    'USAGE',
    `kong prepare would give the running node in ${node.prefix} other settings: ${keys}`,
    {
      remedy:
        'Leave out --prepare, and only the list of plugins is changed; or give kongcrate the variables that Kong was started with.',
      details: { reason: 'SETTINGS_CHANGE', keys: changed },
    },
  );
}

const settingsUnder = (prefix: string): Settings =>
  parseSettings(readFileSync(runningSettingsFile(prefix)));
