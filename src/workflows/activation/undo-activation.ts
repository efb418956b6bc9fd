import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { quarantine } from '../../install/quarantine.ts';
import type { ActivationOptions } from './activation-options.ts';
import { isNamedByKong } from '../../kong/activation/is-named-by-kong.ts';
import { readTransaction } from '../../kong/activation/transaction-files.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import type { BegunActivation } from './begin-activation.ts';
import { nodeNotServing } from './node-not-serving.ts';
import { undoTransaction, type Undone } from './undo-transaction.ts';

export interface FailedActivation {
  readonly root: InstallRoot;
  readonly options: ActivationOptions;
  readonly signal: AbortSignal | undefined;
  /** What Kong has to have loaded once the files are what they were. */
  readonly loaded: ReadonlyMap<string, string | undefined>;
  /** Why the files are not what they were. */
  readonly notReturned: string | undefined;
}

/**
 * Undoes an activation that failed, and says what became of the node. A signal does not stop it.
 * @throws KongcrateError ACTIVATION_FAILED when the node serves as before, NODE_NOT_SERVING when it may
 *   not, INTERRUPTED; what failed otherwise, where Kong had no part in it
 */
export async function undoActivation(
  begun: BegunActivation,
  error: unknown,
  failed: FailedActivation,
): Promise<never> {
  const { checked } = begun;
  const { target, changed } = checked;
  const { options, signal } = failed;
  const why = `${describeFailure(checked)}: ${messageOf(error)}`;
  const undone = await undo(begun, failed, { why, error });
  const isKong = error instanceof KongcrateError && error.code === 'ACTIVATION_FAILED';
  const unrecorded = isKong ? quarantineFailed(failed.root, checked, error) : [];
  for (const note of [...undone.notes, ...unrecorded]) options.onNote?.(note);
  if (undone.problem !== undefined) throw nodeNotServing(why, undone.problem, error);
  if (signal?.aborted) throw interrupted(signal);
  if (!isKong) throw error;
  if (onlyDisables(checked)) throw notDisabled(error, why, target.disable);
  const back =
    target.restores === 0 ? 'before there was any' : `what generation ${target.restores} held`;
  throw new KongcrateError('ACTIVATION_FAILED', `${why}; the node was rolled back to ${back}`, {
    remedy: error.remedy,
    details: { ...error.details, plugins: changed },
    cause: error,
  });
}

/** Where nothing else changed, no plugin is the reason. */
function onlyDisables({ target, changed }: BegunActivation['checked']): boolean {
  return target.disable.length > 0 && changed.every((name) => target.disable.includes(name));
}

function describeFailure(checked: BegunActivation['checked']): string {
  const { target, changed } = checked;
  return onlyDisables(checked)
    ? `Kong does not serve without ${target.disable.join(', ')}`
    : `${changed.join(', ') || 'the plugins'} could not be activated`;
}

function notDisabled(
  error: KongcrateError,
  why: string,
  plugins: readonly string[],
): KongcrateError {
  return new KongcrateError(error.code, why, {
    remedy: 'Kong has its old list of plugins again, and serves. Look at the reason first.',
    details: { ...error.details, plugins },
    cause: error,
  });
}

async function undo(
  { checked: { node }, probe }: BegunActivation,
  { options, loaded, notReturned }: FailedActivation,
  { why, error }: { readonly why: string; readonly error: unknown },
): Promise<Undone> {
  // The transaction stays open then, for the next command.
  if (notReturned !== undefined) return { problem: notReturned, notes: [] };
  try {
    const transaction = readTransaction(node.prefix);
    if (!transaction) return { problem: recordGone(node.prefix), notes: [] };
    const undone = await undoTransaction(transaction, { options, loaded, probe });
    const isRunning = readKongNode(options.place).masterPid !== undefined;
    return isRunning ? undone : { problem: 'Kong does not run any more', ...undone };
  } catch (failure) {
    throw nodeNotServing(why, messageOf(failure), error);
  }
}

const recordGone = (prefix: string): string =>
  `somebody removed ${prefix}/.kongcrate, which says how Kong's files were before`;

/**
 * Those that Kong names, or else all that changed.
 * @returns why they could not be recorded
 */
function quarantineFailed(
  root: InstallRoot,
  { target, changed }: BegunActivation['checked'],
  { message, details }: KongcrateError,
): readonly string[] {
  const said = [details['evidence'] ?? []].flat().join('\n');
  // What Kong is to load no more has not failed.
  const suspects = changed.filter((name) => !target.disable.includes(name));
  const named = suspects.filter((name) => isNamedByKong(name, said));
  const failed = (named.length > 0 ? named : suspects).flatMap((name) => {
    const digest = target.after.get(name)?.digest;
    return digest === undefined ? [] : [digest];
  });
  try {
    quarantine(root, failed, message.slice(0, MAX_REASON_LENGTH));
    return [];
  } catch (problem) {
    return [`not put into quarantine: ${messageOf(problem)}`];
  }
}

const MAX_REASON_LENGTH = 300;

function interrupted(signal: AbortSignal): KongcrateError {
  return new KongcrateError('INTERRUPTED', 'interrupted; the node serves what it served before', {
    remedy: 'Run the command again.',
    cause: signal.reason,
  });
}
