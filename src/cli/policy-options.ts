import { lstatSync } from 'node:fs';
import type { Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { TrustPolicy } from '../signing/policy/trust-policy.ts';
import type { Configuration } from '../workflows/configuration/configuration.ts';
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
  const what = `configuration: policy, mirrors, node, plugins (${SYSTEM_CONFIGURATION})`;
  command.option('-f, --config <file>', what);
}

/**
 * Reads the policies that bind a command. The code that reads YAML is loaded only where there is one.
 * @throws KongcrateError POLICY_INVALID, also for a configuration without a policy; SOURCE_UNREADABLE
 */
export async function policiesOf(flags: PolicyFlags): Promise<readonly TrustPolicy[]> {
  const { policy } = flags;
  const configuration = configurationOf(flags);
  if (configuration === undefined && policy === undefined) return [];
  const { readPolicy } = await import('../workflows/read-policy.ts');
  return [
    ...(configuration === undefined ? [] : [await configuredPolicy(configuration)]),
    ...(policy === undefined ? [] : [await readPolicy(policy)]),
  ];
}

async function configuredPolicy(file: string): Promise<TrustPolicy> {
  const { readConfiguration } = await import('../workflows/configuration/read-configuration.ts');
  const { trust } = await readConfiguration(file);
  if (trust) return trust;
  // Whoever forgot it must not find that anybody is trusted.
  throw new KongcrateError('POLICY_INVALID', `${file}: trust is missing`, {
    remedy: 'Add trust: to say whose signatures count, as in docs/policy.md.',
  });
}

/** The configuration that counts, if there is one. @throws KongcrateError SOURCE_UNREADABLE */
export function configurationOf({ config }: Pick<PolicyFlags, 'config'>): string | undefined {
  return config ?? (isThere(SYSTEM_CONFIGURATION) ? SYSTEM_CONFIGURATION : undefined);
}

/**
 * The configuration of a command that is about nothing else.
 * @throws KongcrateError USAGE, POLICY_INVALID, SOURCE_UNREADABLE
 */
export async function demandConfiguration(flags: PolicyFlags): Promise<Configuration> {
  const file = configurationOf(flags);
  if (file === undefined)
    throw new KongcrateError('USAGE', `no configuration: there is no ${SYSTEM_CONFIGURATION}`, {
      remedy: 'Name one: -f kongcrate.yaml.',
    });
  const { readConfiguration } = await import('../workflows/configuration/read-configuration.ts');
  return readConfiguration(file);
}

/** A link into nothing is there, and so is what cannot be looked at: neither means "no policy". */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw unreadable(path, error);
  }
}
