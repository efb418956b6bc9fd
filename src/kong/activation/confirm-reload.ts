import { setTimeout as delay } from 'node:timers/promises';
import type { KongNode } from '../node/kong-node.ts';
import type { Asking } from './ask-node.ts';
import { isEnough, type Confirmation, type SignalName, type Verdict } from './confirmation.ts';
import { followFaults } from './follow-log.ts';
import { isTurned, judgeSignals, type ExpectedPlugins } from './judge-signals.ts';
import { observeNode, type NodeObservation } from './observe-node.ts';
import { runProbe, type Probe } from './run-probe.ts';

export interface ConfirmOptions extends Asking {
  readonly expected: ExpectedPlugins;
  readonly probe?: Probe;
  /**
   * Until all signals hold; 30,000 unless told. A probe gets 3,000 of it when all others do, and its
   * `holdMs` comes on top.
   */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const POLL_MS = 100;
/** How long a probe alone may miss: as long as it does, requests may fail with the new code. */
const PROBE_PATIENCE_MS = 3_000;
const MAX_FAULTS = 10;

type Verdicts = ReadonlyMap<SignalName, Verdict>;

/**
 * Waits until a node really serves what it was told to: "Kong reloaded" says nothing (KONG.md 1.4).
 * Ends at once where that cannot come any more.
 * @param before what was seen right before the reload
 * @throws the signal's reason
 */
export async function confirmReload(
  node: KongNode,
  before: NodeObservation,
  options: ConfirmOptions,
): Promise<Confirmation> {
  const { probe, timeoutMs = TIMEOUT_MS, signal } = options;
  const look = lookAround(node, before, options);
  const startedAtMs = performance.now();
  let heldSinceMs: number | undefined;
  let deadlineMs = startedAtMs + timeoutMs;
  for (;;) {
    const verdicts = await look();
    // The log is the last, and says most.
    const failed = [...verdicts.values()].findLast((verdict) => verdict.state === 'failed');
    if (failed) return { outcome: 'failed', reason: failed.why, evidence: failed.evidence };
    const nowMs = performance.now();
    const why = whyOf(verdicts, 'pending').join('; ');
    deadlineMs = Math.min(deadlineMs, nowMs + patienceFor(verdicts));
    const isOver = nowMs >= deadlineMs;
    if (why === '' && (isOver || !mayBecomeReady(before, verdicts))) {
      heldSinceMs ??= nowMs;
      if (nowMs - heldSinceMs >= (probe?.holdMs ?? 0)) return summarize(verdicts);
    } else if (why !== '' && (heldSinceMs !== undefined || isOver))
      return gaveUp(why, { nowMs, startedAtMs, heldSinceMs, timeoutMs });
    await pause(signal);
  }
}

/** A probe is not tried before everything else holds. */
function patienceFor(verdicts: Verdicts): number {
  return verdicts.get('probe')?.state === 'pending' ? PROBE_PATIENCE_MS : Infinity;
}

interface Times {
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly heldSinceMs: number | undefined;
  readonly timeoutMs: number;
}

function gaveUp(why: string, { nowMs, startedAtMs, heldSinceMs, timeoutMs }: Times): Confirmation {
  const isSlow = heldSinceMs === undefined && nowMs >= startedAtMs + timeoutMs;
  const elapsed = `${Math.round((nowMs - (heldSinceMs ?? startedAtMs)) / 1000)} s`;
  const when = heldSinceMs === undefined ? `after ${elapsed}` : `all was well for ${elapsed}, then`;
  const reason = `${when}: ${why}`;
  return { outcome: 'failed', reason, evidence: [], ...(isSlow && { isSlow }) };
}

/** After an earlier reload that failed, ready is all that such a node has to show. */
function mayBecomeReady({ ready }: NodeObservation, verdicts: Verdicts): boolean {
  const isUnready = ready !== undefined && verdicts.get('ready')?.state === 'missing';
  return isUnready && !isEnough(holding(verdicts));
}

/** @returns a function that judges all signals anew at each call */
function lookAround(
  node: KongNode,
  before: NodeObservation,
  { expected, probe, send, signal }: ConfirmOptions,
): () => Promise<Verdicts> {
  const readFaults =
    node.errorLog === undefined || !before.log
      ? undefined
      : followFaults(node.errorLog, before.log);
  const newPids = new Set<number>();
  let previousPids: readonly number[] = [];
  let hasTurned = false;
  return async () => {
    const now = await observeNode(node, { send, signal });
    // Once is enough: another reload can bring the old descriptors back.
    hasTurned ||= isTurned(before, now);
    const verdicts = judgeSignals({ before, now, expected, hasTurned, previousPids });
    previousPids = now.workerPids;
    // Before that nginx may replace old workers that crash.
    const young = hasTurned ? previousPids.filter((pid) => !before.workerPids.includes(pid)) : [];
    for (const pid of young) newPids.add(pid);
    // Old workers would answer a probe that comes too early.
    const isEarly = [...verdicts.values()].some(({ state }) => state === 'pending');
    if (probe && !isEarly) verdicts.set('probe', await runProbe(probe, { send, signal }));
    // Read last: what the others saw is in it.
    return verdicts.set('log', judgeLog(readFaults?.(newPids)));
  };
}

function judgeLog(faults: readonly string[] | undefined): Verdict {
  if (!faults) return { state: 'missing', why: 'the node has no error log that can be read' };
  if (faults.length === 0) return { state: 'holds' };
  const evidence = faults.slice(0, MAX_FAULTS);
  return { state: 'failed', why: `Kong's error log says: ${evidence[0] ?? ''}`, evidence };
}

function whyOf(verdicts: Verdicts, state: 'pending' | 'missing'): readonly string[] {
  return [...verdicts.values()].flatMap((verdict) =>
    verdict.state === state ? [verdict.why] : [],
  );
}

const holding = (verdicts: Verdicts): readonly SignalName[] =>
  [...verdicts].flatMap(([name, { state }]) => (state === 'holds' ? [name] : []));

function summarize(verdicts: Verdicts): Confirmation {
  const signals = holding(verdicts);
  const outcome = isEnough(signals) ? 'confirmed' : 'too-little';
  return { outcome, signals, missing: whyOf(verdicts, 'missing') };
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(POLL_MS, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
