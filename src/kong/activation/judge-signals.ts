import type { SignalName, Verdict } from './confirmation.ts';
import type { NodeObservation } from './observe-node.ts';

/** What the Admin API is to say after a reload. */
export interface ExpectedPlugins {
  /** VERSION of each plugin that is to be loaded; `undefined` where it is not known. */
  readonly loaded: ReadonlyMap<string, string | undefined>;
  /** Plugins that are to be loaded no more. */
  readonly absent: readonly string[];
}

export interface SignalChange {
  readonly before: NodeObservation;
  readonly now: NodeObservation;
  readonly expected: ExpectedPlugins;
  /** Whether the master has taken another configuration since, as far as it was ever seen. */
  readonly hasTurned: boolean;
  /** The worker processes of the look before this one; none at the first. */
  readonly previousPids: readonly number[];
}

const HOLDS: Verdict = { state: 'holds' };
const missing = (why: string): Verdict => ({ state: 'missing', why });
const pending = (why: string): Verdict => ({ state: 'pending', why });

/** nginx keeps the old workers where the new code does not load (KONG.md 1.4). */
function judgeWorkers({ before, now, hasTurned, previousPids }: SignalChange): Verdict {
  if (before.workerPids.length === 0) return missing('no worker process of the node can be seen');
  if (now.masterPid === undefined)
    return { state: 'failed', why: 'Kong does not run any more', evidence: [] };
  const old = now.workerPids.filter((pid) => before.workerPids.includes(pid));
  if (old.length > 0) return pending(`the old worker processes still serve (${old.join(', ')})`);
  if (now.workerPids.length === 0) return pending('there is no worker process');
  if (!hasTurned)
    return pending('the worker processes are new, but nginx has not taken the new configuration');
  // nginx replaces a worker that crashes at once, and the others answer meanwhile.
  if (isSame(now.workerPids, previousPids)) return HOLDS;
  const pids = now.workerPids.join(', ');
  return pending(`two looks have not shown the same worker processes (${pids})`);
}

const isSame = (some: readonly number[], others: readonly number[]): boolean =>
  some.length === others.length && some.every((pid) => others.includes(pid));

function judgeReady({ before, now }: SignalChange): Verdict {
  if (!before.ready && !now.ready) return missing('nobody answers at the status API');
  if (now.ready?.status === 200) return HOLDS;
  if (!now.ready) return pending('the status API answers no more');
  const { status, body } = now.ready;
  // A node without any configuration says 503 all the time; of the plugins that tells nothing.
  if (before.ready?.status === status && before.ready.body === body)
    return missing(`/status/ready answers ${status} as before`);
  return pending(`/status/ready answers ${status}`);
}

/** A wrong address, or a port that two nodes share, leads to the Admin API of another one. */
function tellsOfOthers({ admin, workerPids }: NodeObservation): boolean {
  if (typeof admin === 'string' || workerPids.length === 0) return false;
  return !admin.workerPids.some((pid) => workerPids.includes(pid));
}

function judgeAdmin({ before, now, expected }: SignalChange): Verdict {
  const { admin } = now;
  if (typeof admin === 'string')
    return typeof before.admin === 'string' ? missing(admin) : pending(admin);
  const pids = admin.workerPids.join(', ');
  if (tellsOfOthers(before))
    return missing(`the Admin API is that of another Kong, with other worker processes (${pids})`);
  const oldPids = typeof before.admin === 'string' ? before.workerPids : before.admin.workerPids;
  if (admin.workerPids.some((pid) => oldPids.includes(pid)))
    return pending('the Admin API still tells of old worker processes');
  if (tellsOfOthers(now)) return pending(`the Admin API tells of other worker processes (${pids})`);
  for (const [name, version] of expected.loaded) {
    const found = admin.plugins.get(name);
    if (found === undefined) return pending(`the Admin API knows no plugin ${name}`);
    if (version !== undefined && found !== version)
      return pending(`the Admin API shows ${name} ${found}, not ${version}`);
  }
  const left = expected.absent.find((name) => admin.plugins.has(name));
  return left === undefined ? HOLDS : pending(`the Admin API still shows the plugin ${left}`);
}

/** Where it cannot be seen nothing speaks against it. */
export function isTurned(
  before: Pick<NodeObservation, 'masterPid' | 'cycle'>,
  now: Pick<NodeObservation, 'masterPid' | 'cycle'>,
): boolean {
  return (
    now.cycle === undefined || now.cycle !== before.cycle || now.masterPid !== before.masterPid
  );
}

/** Judges what was seen of a node after a reload by what was seen before. */
export function judgeSignals(change: SignalChange): Map<SignalName, Verdict> {
  return new Map([
    ['workers', judgeWorkers(change)],
    ['ready', judgeReady(change)],
    ['admin', judgeAdmin(change)],
  ]);
}
