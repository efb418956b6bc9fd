import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Confirmation } from '../../kong/activation/confirmation.ts';
import { confirmReload } from '../../kong/activation/confirm-reload.ts';
import { prepareKong } from '../../kong/activation/prepare-kong.ts';
import { reloadKong, restartKong, type KongOutcome } from '../../kong/activation/reload-kong.ts';
import { closeTransaction, writeTransaction } from '../../kong/activation/transaction-files.ts';
import { findProcesses } from '../../kong/node/processes.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import type { ActivationOptions, ActivationReport } from './activation-options.ts';
import type { BegunActivation } from './begin-activation.ts';
import { expectedPlugins, isListed } from './expected-plugins.ts';
import { nextLuaPath } from './next-lua-path.ts';

/**
 * Has Kong load what is live now, waits until it serves it, and closes the transaction.
 * @throws KongcrateError ACTIVATION_FAILED with what showed that it does not; USAGE for a `prepare` that
 *   would change other settings; the signal's reason; errno errors. The transaction is open then
 */
export async function applyActivation(
  begun: BegunActivation,
  options: ActivationOptions,
  signal: AbortSignal | undefined,
): Promise<ActivationReport> {
  const { checked, transaction } = begun;
  const { prefix } = checked.node;
  writeTransaction(prefix, { ...transaction, step: 'reloading' });
  // Whoever else reloaded since made workers that know nothing of the change.
  const { workerPids } = findProcesses(prefix);
  const outcome = await applyToKong(begun, options, signal);
  if (!outcome.done) throw activationFailed({ reason: outcome.why, evidence: [] });
  const confirmation = await confirm(withOldWorkers(begun, workerPids), options, signal);
  if (confirmation.outcome === 'failed') throw activationFailed(confirmation);
  closeTransaction(prefix);
  return reportOf(begun, confirmation);
}

function withOldWorkers(begun: BegunActivation, found: readonly number[]): BegunActivation {
  const { before } = begun;
  return { ...begun, before: { ...before, workerPids: [...before.workerPids, ...found] } };
}

function applyToKong(
  { checked }: BegunActivation,
  { by = 'reload', place: { environment } }: ActivationOptions,
  signal: AbortSignal | undefined,
): Promise<KongOutcome> {
  const { node, enabled, disabled, target, plugins } = checked;
  const isPathNeeded = [...target.after.keys()].some((name) => isListed(name, plugins));
  const call = {
    ...{ environment, signal },
    luaPackagePath: isPathNeeded ? nextLuaPath(node, target) : undefined,
    plugins: enabled.length + disabled.length > 0 ? plugins : undefined,
  };
  if (by === 'restart') return restartKong(node, call);
  return by === 'reload' ? reloadKong(node, call) : prepareAndReload(checked, call);
}

async function prepareAndReload(
  { node }: BegunActivation['checked'],
  { environment, signal }: Parameters<typeof reloadKong>[1],
): Promise<KongOutcome> {
  const mayChange = ['plugins', 'lua_package_path'];
  const prepared = await prepareKong(node, { environment, signal, mayChange });
  return prepared.done ? reloadKong(node, { environment, signal }) : prepared;
}

async function confirm(
  { checked, before }: BegunActivation,
  { place, send, probe, timeoutMs }: ActivationOptions,
  signal: AbortSignal | undefined,
): Promise<Confirmation> {
  const { target, plugins, changed } = checked;
  const loaded = await expectedPlugins(target.tree, target.after, plugins);
  const absent = changed.filter((name) => !isListed(name, plugins));
  // Read anew: a restart, or another list, makes another node of it.
  return confirmReload(readKongNode(place), before, {
    ...{ send, signal, expected: { loaded, absent } },
    ...(probe && { probe: { ...probe, environment: place.environment } }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

type Failure = Omit<Extract<Confirmation, { outcome: 'failed' }>, 'outcome'>;

function activationFailed({ reason, evidence, isSlow }: Failure): KongcrateError {
  const slow = ' A node that is only slow gets more time by --activate-timeout.';
  return new KongcrateError('ACTIVATION_FAILED', reason, {
    remedy: `Mend the plugin and publish it anew; install --retry tries this very one again.${isSlow ? slow : ''}`,
    details: { evidence },
  });
}

function reportOf(
  { checked, edit }: BegunActivation,
  confirmation: Exclude<Confirmation, { outcome: 'failed' }>,
): ActivationReport {
  const { outcome: state, signals, missing } = confirmation;
  const { plugins, enabled, preflight } = checked;
  const notes = [...checked.notes, ...(edit?.notes ?? [])];
  const isFileEnough = edit?.file !== undefined && edit.overriddenBy === undefined;
  return {
    ...{ state, plugins, enabled, notes, preflight, signals, missing },
    ...(edit?.file === undefined ? {} : { kongConf: edit.file }),
    ...(edit === undefined || isFileEnough ? {} : { variables: edit.variables }),
  };
}
