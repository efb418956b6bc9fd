import { renameSync } from 'node:fs';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { orderOf } from '../../install/order-of.ts';
import { compareKongVersions } from '../../plugin/kong-version.ts';
import type { ReplacementQuestion } from '../../signing/decision/trust-question.ts';
import { writeAside } from '../../system/write-aside.ts';
import { authorizeReplacement } from '../authorize-replacement.ts';
import { bindingPolicies, type Configuration } from '../configuration/configuration.ts';
import { chooseWanted, type Choice } from './choose-wanted.ts';
import { compareLocks, type LockChange } from './compare-locks.ts';
import { encodeLock, signerNameOf, type Lock, type LockedPlugin } from './lock.ts';
import { lockInvalid } from './lock-invalid.ts';
import { lockPathOf, readLock } from './read-lock.ts';
import { resolvePlugin, type ResolveOptions } from './resolve-plugin.ts';

export interface LockOptions extends ResolveOptions {
  /** Its policy binds beside those that are given; the lock stands beside its file. */
  readonly configuration: Configuration;
  /** Takes a plugin that none of the signers in the old lock signed. */
  readonly allowSignerChange?: boolean;
  /** Only says what would change. */
  readonly check?: boolean;
}

export interface LockReport {
  /** The lock's path. */
  readonly file: string;
  /** `differs`: with `check`, what would be written is something else. */
  readonly state: 'written' | 'unchanged' | 'differs';
  readonly changes: readonly LockChange[];
  readonly plugins: readonly Omit<LockedPlugin, 'layer' | 'files'>[];
}

/**
 * Resolves the plugins of a `kongcrate.yaml`, each verified under the policy of today, and writes
 * what they are to the lock beside it, whole or not at all.
 * @param names the plugins to resolve anew, by the names that file or lock has; all of them when
 *   there is none
 * @throws KongcrateError SIGNER_CHANGED and DOWNGRADE against the old lock, LOCK_INVALID,
 *   POLICY_INVALID, USAGE, NOT_FOUND for a name, INSTALL_FAILED, and as the verifier, the store and
 *   the readers do; the lock is as it was then
 */
export async function lockPlugins(
  names: readonly string[],
  options: LockOptions,
): Promise<LockReport> {
  const { configuration, check = false } = options;
  const { file } = configuration;
  const bound = { ...options, policies: bindingPolicies(configuration, options.policies) };
  const old = readLock(file);
  const before = old ?? { plugins: [] };
  const plugins = await resolveAll(chooseWanted(configuration, old, names), before, bound);
  refuseRepeated(plugins);
  const lock: Lock = { plugins };
  for (const offered of plugins) demandConsent(offered, before, bound);
  const changes = compareLocks(before, lock);
  const isSame = old !== undefined && changes.length === 0;
  if (!isSame && !check) writeLock(lockPathOf(file), encodeLock(lock));
  return {
    file: lockPathOf(file),
    state: isSame ? 'unchanged' : check ? 'differs' : 'written',
    changes,
    plugins: plugins.map(summaryOf),
  };
}

function summaryOf(plugin: LockedPlugin): LockReport['plugins'][number] {
  const { name, version, reference, repository, digest, signers } = plugin;
  const named = { name, ...(version === undefined ? {} : { version }) };
  return { ...named, reference, repository, digest, signers: signers.map(signerNameOf) };
}

async function resolveAll(
  choices: readonly Choice[],
  before: Lock,
  { configuration: { file }, ...options }: LockOptions,
): Promise<readonly LockedPlugin[]> {
  const plugins: LockedPlugin[] = [];
  for (const { wanted, locked } of choices)
    plugins.push(locked ?? (await resolvePlugin(wanted, { file, before, options })));
  return plugins;
}

function refuseRepeated(plugins: readonly LockedPlugin[]): void {
  for (const [index, { name, reference }] of plugins.entries()) {
    const first = plugins.findIndex((other) => other.name === name);
    if (first === index) continue;
    const both = `${plugins[first]?.reference ?? ''} and ${reference}`;
    throw lockInvalid(`${both} are both the plugin ${name}`, 'Write one entry a plugin.');
  }
}

/** What was locked is what runs: it is replaced as what is installed would be. */
function demandConsent(
  locked: LockedPlugin,
  before: Lock,
  { policies, allowDowngrade, allowSignerChange }: LockOptions,
): void {
  const old = before.plugins.find(({ name }) => name === locked.name);
  if (!old) return;
  const [installed, offered] = [factsOf(old), factsOf(locked)];
  const isLower = orderOf({ installed, receipt: offered }, compareKongVersions) < 0;
  const consents = {
    ...(policies === undefined ? {} : { policies }),
    ...(allowDowngrade === undefined ? {} : { allowDowngrade }),
    takesOtherSigners: allowSignerChange === true,
  };
  authorizeReplacement('install', consents)({ installed, offered, isLower });
}

function factsOf({ name, version, digest, signers }: LockedPlugin): ReplacementQuestion['offered'] {
  return {
    ...{ name, digest },
    ...(version === undefined ? {} : { version }),
    trust: signers.length === 0 ? { kind: 'unsigned' } : { kind: 'signed', signers },
  };
}

function writeLock(path: string, text: string): void {
  try {
    writeAside(path, text, { mode: 0o644, place: renameSync });
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}
