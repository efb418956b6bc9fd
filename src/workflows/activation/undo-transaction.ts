import { messageOf } from '../../errors/kongcrate-error.ts';
import { confirmReload } from '../../kong/activation/confirm-reload.ts';
import { observeNode } from '../../kong/activation/observe-node.ts';
import { reloadKong, restartKong, type KongOutcome } from '../../kong/activation/reload-kong.ts';
import { closeTransaction, restoreSaved } from '../../kong/activation/transaction-files.ts';
import type { Transaction } from '../../kong/activation/transaction.ts';
import type { KongNode } from '../../kong/node/kong-node.ts';
import { readStartTicks } from '../../kong/node/process-start.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import type { ActivationOptions } from './activation-options.ts';
import { restoreKongConf } from './restore-kong-conf.ts';

/** What works is seen at once, and nothing is left to try after it. */
const PATIENCE_MS = 30_000;

export interface Undoing {
  readonly options: ActivationOptions;
  /** What Kong has to have loaded after it, with VERSION where it is known. */
  readonly loaded: ReadonlyMap<string, string | undefined>;
  /** One that held before; that of `options` is about the change. */
  readonly probe?: ActivationOptions['probe'];
}

export interface Undone {
  /** Why the node does not serve what it served before, or may not. */
  readonly problem?: string;
  /** For people. */
  readonly notes: readonly string[];
}

/**
 * Brings Kong's side to what it was before a transaction, once the files are: kong.conf, what Kong
 * generated, and the workers, if they may have loaded anything else. Stopped in the middle it can be
 * done again.
 * @throws KongcrateError and errno errors where a file cannot be restored; the transaction stays open,
 *   and the workers are taken back where that can be done
 */
export async function undoTransaction(transaction: Transaction, undoing: Undoing): Promise<Undone> {
  const { options } = undoing;
  const { prefix } = readKongNode(options.place);
  // What is served does not wait for a file that only the next start reads.
  const conf = await restoreConf(transaction, prefix);
  restoreFiles(transaction, options);
  const problem = await reloadBack(transaction, undoing);
  restoreFiles(transaction, options);
  if ('failure' in conf) {
    if (problem === undefined) throw conf.failure;
    return { problem, notes: [messageOf(conf.failure)] };
  }
  closeTransaction(prefix);
  return { ...(problem === undefined ? {} : { problem }), notes: conf.notes };
}

async function restoreConf(
  { kongConf }: Transaction,
  prefix: string,
): Promise<Pick<Undone, 'notes'> | { readonly failure: unknown }> {
  try {
    const note = kongConf && (await restoreKongConf(prefix, kongConf));
    return { notes: note === undefined ? [] : [note] };
  } catch (failure) {
    return { failure };
  }
}

/** A Kong that was started since has files of its own, from what it was started with. */
function restoreFiles(transaction: Transaction, { place }: ActivationOptions): void {
  const node = readKongNode(place);
  if (!wasStartedSince(transaction, node)) restoreSaved(node.prefix);
}

function wasStartedSince(
  { masterPid, masterStartTicks, isRestart }: Transaction,
  node: KongNode,
): boolean {
  if (node.masterPid === undefined || isRestart) return false;
  if (node.masterPid !== masterPid) return true;
  return masterStartTicks !== undefined && readStartTicks(masterPid) !== masterStartTicks;
}

/** @returns what speaks against it that the node serves as before */
async function reloadBack(
  transaction: Transaction,
  { options, loaded, probe }: Undoing,
  tries = 2,
): Promise<string | undefined> {
  const node = readKongNode(options.place);
  if (!mayDiffer(transaction, node)) return undefined;
  const { send, place, timeoutMs = 0 } = options;
  const { environment } = place;
  const { plugins: list, ready, names, workerPids } = transaction;
  const seen = await observeNode(node, { send });
  const outcome = await applyBack(transaction, node, environment);
  if (!outcome.done) return outcome.why;
  const absent = names.filter((name) => !loaded.has(name) && !list.includes(name));
  // Others may have installed them, and nobody knows their VERSION.
  const listed = names.filter((name) => list.includes(name)).map(unknownVersion);
  const confirmation = await confirmReload(
    readKongNode(place),
    // After a reload that failed the node is not ready, and no worker runs after a failed start: it
    // is to become what it was.
    { ...seen, workerPids: [...seen.workerPids, ...workerPids], ...(ready && { ready }) },
    {
      send,
      expected: { loaded: new Map([...listed, ...loaded]), absent },
      ...(probe && { probe: { ...probe, environment } }),
      timeoutMs: Math.max(timeoutMs, PATIENCE_MS),
    },
  );
  if (confirmation.outcome !== 'failed') return undefined;
  // It may be a reload before ours that failed late, over files that are gone by now.
  const isLogged = confirmation.evidence.length > 0;
  return isLogged && tries > 1
    ? reloadBack(transaction, { options, loaded, probe }, tries - 1)
    : confirmation.reason;
}

const unknownVersion = (name: string): [string, undefined] => [name, undefined];

function applyBack(
  { isRestart, plugins }: Transaction,
  node: KongNode,
  environment: ActivationOptions['place']['environment'],
): Promise<KongOutcome> {
  // Kong may be down now, and its settings are in the file that was restored.
  if (isRestart) return restartKong({ ...node, settingsFrom: 'running' }, { environment });
  const isSame = [...plugins].sort().join() === [...node.plugins].sort().join();
  return reloadKong(node, { environment, plugins: isSame ? undefined : plugins });
}

/** Workers that were there before the switch can have loaded nothing new before a reload. */
function mayDiffer(transaction: Transaction, node: KongNode): boolean {
  const { step, isRestart, workerPids } = transaction;
  if (node.masterPid === undefined) return isRestart && step === 'reloading';
  if (step === 'reloading' || wasStartedSince(transaction, node)) return true;
  return node.workerPids.some((pid) => !workerPids.includes(pid));
}
