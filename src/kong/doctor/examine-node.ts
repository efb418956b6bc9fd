import { errnoOf, messageOf } from '../../errors/kongcrate-error.ts';
import type { Asking } from '../activation/ask-node.ts';
import { observeNode, type NodeObservation } from '../activation/observe-node.ts';
import { BUNDLED } from '../plugin-list.ts';
import { checkComplaints } from './check-complaints.ts';
import { checkList } from './check-list.ts';
import { checkLuaPath } from './check-lua-path.ts';
import { checkOverrides } from './check-overrides.ts';
import { checkPluginFiles } from './check-plugin-files.ts';
import { checkReadiness, tellsReadiness } from './check-readiness.ts';
import { checkUnreadLines } from './check-unread-lines.ts';
import { currentComplaints } from './current-complaints.ts';
import { findComplaints } from './find-complaints.ts';
import type { DoctorFinding } from './finding.ts';
import { checkGeneratedPath } from './generated-path.ts';
import { readLogText, type LogText } from './log-text.ts';
import type { LoadView, Patient } from './patient.ts';
import { tellOnce } from './tell-once.ts';

export interface ExamineOptions extends Asking {
  /** Read in place of the node's own error log; every line of it counts. */
  readonly log?: LogText;
  /** What was found elsewhere, such as at the control plane. */
  readonly known: readonly DoctorFinding[];
}

export interface Examination {
  readonly findings: readonly DoctorFinding[];
  readonly notes: readonly string[];
  /** What could not be looked at, for people. */
  readonly unread: readonly string[];
}

/**
 * Looks for everything that keeps Kong from loading the plugins that are listed. Writes nothing.
 * @throws the signal's reason
 */
export async function examineNode(patient: Patient, options: ExamineOptions): Promise<Examination> {
  const unread = [...patient.unread];
  const observation = await observeNode(patient.node, options);
  const ownLog = options.log ? undefined : readOwnLog(patient, unread);
  const complaints = options.log
    ? findComplaints(options.log)
    : ownLog
      ? currentComplaints(ownLog, findComplaints(ownLog), observation)
      : [];
  const files = patient.views.flatMap((view) => checkFiles(view, patient, unread));
  const { prefix } = patient.node;
  const known = [
    ...checkReadiness({ observation, complaints, prefix }),
    ...checkList(patient),
    ...checkUnreadLines(patient),
    ...checkOverrides(patient),
    ...checkGeneratedPath(prefix),
    ...patient.views.flatMap(checkLuaPath),
    ...files,
    ...options.known,
  ];
  const { findings, notes } = checkComplaints(complaints, tellOnce(known), patient);
  if (observation.masterPid !== undefined && !tellsReadiness(observation))
    unread.push(`${statusOf(observation)}: whether the node is ready is not known`);
  return { findings, notes, unread };
}

function statusOf({ ready }: NodeObservation): string {
  return ready ? `/status/ready answers ${ready.status}` : 'the status API does not answer';
}

function readOwnLog({ node }: Patient, unread: string[]): LogText | undefined {
  if (node.errorLog === undefined) {
    unread.push('Kong logs to no file: give its output with --log FILE, or --log - for a pipe');
    return undefined;
  }
  try {
    return readLogText(node.errorLog);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    unread.push(messageOf(error));
    return undefined;
  }
}

function checkFiles(view: LoadView, patient: Patient, unread: string[]): readonly DoctorFinding[] {
  const bundled = view.plugins.includes(BUNDLED) ? [...patient.bundled] : [];
  return [...new Set([...view.plugins, ...bundled])].flatMap((name) => {
    try {
      return checkPluginFiles(name, view, patient);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      unread.push(`the files of ${name}: ${messageOf(error)}`);
      return [];
    }
  });
}
