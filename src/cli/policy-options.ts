import { lstatSync } from 'node:fs';
import type { Command } from 'commander';
import type { TrustPolicy } from '../signing/policy/trust-policy.ts';
import { unreadable } from '../workflows/read-source-file.ts';

/** Binds every command that decides about trust, where it exists. */
const SYSTEM_CONFIGURATION = '/etc/kongcrate/kongcrate.yaml';

export interface PolicyFlags {
  readonly policy?: string;
  readonly config?: string;
}

/** The policies that have to allow an artifact beside everything else. */
export function addPolicyOptions(command: Command): void {
  command.option('--policy <file>', 'trust policy that must allow it too');
  addConfigurationOption(command);
}

/** `--config`, where there is no trust to decide about too. */
export function addConfigurationOption(command: Command): void {
  const what = `configuration: trust policy, mirrors (${SYSTEM_CONFIGURATION})`;
  command.option('--config <file>', what);
}

/**
 * Reads the policies that bind a command. The code that reads YAML is loaded only where there is one.
 * @throws KongcrateError POLICY_INVALID, SOURCE_UNREADABLE
 */
export async function policiesOf(flags: PolicyFlags): Promise<readonly TrustPolicy[]> {
  const paths = [configurationOf(flags), flags.policy].filter((path) => path !== undefined);
  if (paths.length === 0) return [];
  const { readPolicy } = await import('../workflows/read-policy.ts');
  return Promise.all(paths.map(readPolicy));
}

/** The configuration that counts, if there is one. @throws KongcrateError SOURCE_UNREADABLE */
export function configurationOf({ config }: Pick<PolicyFlags, 'config'>): string | undefined {
  return config ?? (isThere(SYSTEM_CONFIGURATION) ? SYSTEM_CONFIGURATION : undefined);
}

/** A link into nothing is there, and so is what cannot be looked at: neither means "no policy". */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw unreadable(path, error);
  }
}
