import type { KongNode } from '../node/kong-node.ts';
import { findProcesses, type KongProcesses } from '../node/processes.ts';
import { readCycle } from '../node/read-cycle.ts';
import { askAdmin, type AdminState } from './ask-admin.ts';
import { askNode, pageOf, type Answer, type Asking } from './ask-node.ts';
import { logPositionOf, type LogPosition } from './follow-log.ts';

/** What can be seen of a node at one moment. */
export interface NodeObservation extends KongProcesses {
  /** Which configuration the master runs with; absent where that cannot be seen. */
  readonly cycle?: string;
  /** `/status/ready`: 200, or 503 with a reason; absent where nobody answers. */
  readonly ready?: Answer;
  /** A text says, for people, why the Admin API tells nothing. */
  readonly admin: AdminState | string;
  /** Absent where Kong logs to no file that can be read. */
  readonly log?: LogPosition;
}

/**
 * Looks at a node from all sides, before a reload or after it.
 * @throws the signal's reason
 */
export async function observeNode(node: KongNode, asking: Asking): Promise<NodeObservation> {
  const processes = findProcesses(node.prefix);
  const { masterPid } = processes;
  const cycle = masterPid === undefined ? undefined : readCycle(masterPid);
  const [ready, admin] = await Promise.all([askReady(node, asking), askAdmin(node, asking)]);
  const log = node.errorLog === undefined ? undefined : logPositionOf(node.errorLog);
  const seen = { ...(cycle !== undefined && { cycle }), ...(ready && { ready }) };
  return { ...processes, ...seen, admin, ...(log && { log }) };
}

async function askReady({ statusUrl }: KongNode, asking: Asking): Promise<Answer | undefined> {
  if (!statusUrl) return undefined;
  return askNode({ ...asking, url: pageOf(statusUrl, '/status/ready') });
}
