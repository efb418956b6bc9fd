import type { NodeObservation } from '../activation/observe-node.ts';
import type { Complaint } from './find-complaints.ts';
import type { LogText } from './log-text.ts';

/** nginx writes them once the new code is loaded, and only then. */
const GOOD_START = ['start worker processes', 'gracefully shutting down'];

/**
 * The complaints of a node's own log that are about what it does now: what its workers said, and why
 * the last load failed, where no good one came after it.
 */
export function currentComplaints(
  { text }: LogText,
  complaints: readonly Complaint[],
  { masterPid, workerPids, ready }: NodeObservation,
): readonly Complaint[] {
  const lastGood = Math.max(...GOOD_START.map((mark) => text.lastIndexOf(mark)));
  const lastLoad = complaints.reduce(
    (last, { isInit, start }) => (isInit ? Math.max(last, start) : last),
    -1,
  );
  return complaints.filter(({ isInit, start, pid }) => {
    // A node is ready only after a good reload (KONG.md 1.8).
    if (isInit) return start === lastLoad && start > lastGood && ready?.status !== 200;
    return masterPid === undefined || pid === undefined || workerPids.includes(pid);
  });
}
