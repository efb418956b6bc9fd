import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { observeNode, type NodeObservation } from '../../kong/activation/observe-node.ts';
import { runProbe } from '../../kong/activation/run-probe.ts';
import { openTransaction } from '../../kong/activation/transaction-files.ts';
import type { Transaction } from '../../kong/activation/transaction.ts';
import type { KongNode } from '../../kong/node/kong-node.ts';
import { readStartTicks } from '../../kong/node/process-start.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import { editKongConf, type EditReport } from '../edit-kong-conf.ts';
import type { ActivationOptions } from './activation-options.ts';
import type { CheckedTarget } from './check-activation.ts';
import { planNextStart, type NextStart } from './plan-next-start.ts';
import { undoTransaction } from './undo-transaction.ts';

/** An activation that is open: from here on it is finished or undone. */
export interface BegunActivation {
  readonly checked: CheckedTarget;
  readonly before: NodeObservation;
  readonly transaction: Transaction;
  /** The probe, if it held before anything changed: only then may it judge the way back. */
  readonly probe?: ActivationOptions['probe'];
  /** What became of kong.conf; absent where its list was not to change. */
  readonly edit?: EditReport;
}

/**
 * Opens the transaction and edits kong.conf for the next start. The running Kong is as it was.
 * @throws KongcrateError NODE_BUSY, NOT_OURS for a kong.conf that cannot be edited, USAGE,
 *   INSTALL_FAILED; the signal's reason; errno errors. Everything is as it was then
 */
export async function beginActivation(
  checked: CheckedTarget,
  options: ActivationOptions,
  signal: AbortSignal | undefined,
): Promise<BegunActivation> {
  const { place, send } = options;
  const { target, node, enabled } = checked;
  const { luaRoot, disable } = target;
  const probe = await tryProbe(options, signal);
  const before = await observeNode(node, { send, signal });
  const isListEdited = target.editsConf && enabled.length + disable.length > 0;
  const nextStart = isListEdited
    ? planNextStart(place, { luaRoot, enable: enabled, disable })
    : undefined;
  demandSameList(node, readKongNode(place));
  const transaction = describe(checked, before, { options, nextStart });
  openTransaction(node.prefix, transaction, nextStart?.conf?.before);
  try {
    const edit = nextStart && (await editKongConf(place, nextStart.change));
    return { checked, before, transaction, ...(edit && { edit }), ...(probe && { probe }) };
  } catch (error) {
    await undoTransaction(transaction, { options, loaded: new Map() });
    throw withWayOut(error);
  }
}

/** The test in Kong takes seconds, and the list it judged goes to the node whole. */
function demandSameList({ plugins, prefix }: KongNode, { plugins: now }: KongNode): void {
  if (plugins.join() === now.join()) return;
  throw new KongcrateError(
    'NODE_BUSY',
    `somebody else reloaded the Kong in ${prefix} meanwhile: it runs with ${now.join() || 'no plugin'} now`,
    { remedy: 'Nothing was switched. Run the command again.', details: { plugins: now } },
  );
}

async function tryProbe(
  { probe, send, place: { environment }, onNote }: ActivationOptions,
  signal: AbortSignal | undefined,
): Promise<ActivationOptions['probe']> {
  if (!probe) return undefined;
  const verdict = await runProbe({ ...probe, environment }, { send, signal });
  if (verdict.state === 'holds') return probe;
  onNote?.(`before the change: ${verdict.why}`);
  return undefined;
}

/** Mounts, and what Kubernetes holds, stay as they are. */
function withWayOut(error: unknown): unknown {
  if (!(error instanceof KongcrateError) || error.code !== 'NOT_OURS') return error;
  const { code, message, remedy, details } = error;
  return new KongcrateError(code, message, {
    remedy: `${remedy} With --no-activate only the files are changed.`,
    details,
    cause: error,
  });
}

interface Described {
  readonly options: ActivationOptions;
  readonly nextStart: NextStart | undefined;
}

function describe(
  { target, node, changed }: CheckedTarget,
  { masterPid = 0, workerPids, ready }: NodeObservation,
  { options, nextStart }: Described,
): Transaction {
  const { luaRoot, generation, next, restores } = target;
  const kongConf = nextStart?.conf?.edited;
  const masterStartTicks = readStartTicks(masterPid);
  return {
    ...{ luaRoot, generation, next, restores, masterPid, workerPids },
    names: changed,
    step: 'saved',
    isRestart: options.by === 'restart',
    since: new Date().toISOString(),
    plugins: node.plugins,
    ...(masterStartTicks !== undefined && { masterStartTicks }),
    ...(ready && { ready }),
    ...(kongConf && { kongConf }),
  };
}
