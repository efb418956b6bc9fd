import { resolve } from 'node:path';
import { errnoOf } from '../errors/kongcrate-error.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { statePath } from '../install/node-paths.ts';
import { realPathOf } from '../install/real-path.ts';
import type { Asking } from '../kong/activation/ask-node.ts';
import { checkControlPlane } from '../kong/doctor/check-control-plane.ts';
import { examineNode, type Examination } from '../kong/doctor/examine-node.ts';
import type { DoctorFinding } from '../kong/doctor/finding.ts';
import type { LogText } from '../kong/doctor/log-text.ts';
import { readPatient } from '../kong/doctor/read-patient.ts';
import type { KongRole, NodePlace } from '../kong/node/kong-node.ts';
import { BUNDLED_PLUGINS } from '../plugin/kong-modules.ts';
import { REMOVED_MODULES } from '../plugin/removed-modules.ts';
import { checkInstalled } from './doctor/check-installed.ts';
import { mendFindings } from './doctor/mend-findings.ts';

export interface DoctorOptions extends NodePlace, Asking {
  readonly root: InstallRoot;
  /** A log in place of the node's own; every line of it counts. */
  readonly log?: LogText;
  /** Mends what can be mended without a risk, and looks again. */
  readonly fix?: boolean;
}

export interface DoctorReport extends Examination {
  readonly role: KongRole;
  readonly isRunning: boolean;
  /** What was mended, with `fix`; it is no longer among the findings. */
  readonly mended: readonly DoctorFinding[];
}

/**
 * Finds out why Kong does not load or serve the plugins of a node. Writes nothing without `fix`.
 * @throws KongcrateError SOURCE_UNREADABLE for a kong.conf that decides and cannot be read; with `fix`
 *   what the file system or another kongcrate refuses; the signal's reason
 */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { fix = false, ...others } = options;
  const report = await look(others);
  const mendable = fix ? report.findings.filter(({ mend }) => mend !== undefined) : [];
  if (mendable.length === 0) return report;
  await mendFindings(mendable, others);
  const after = await look(others);
  const left = new Set(after.findings.map(keyOf));
  return { ...after, mended: mendable.filter((finding) => !left.has(keyOf(finding))) };
}

const keyOf = ({ code, cause }: DoctorFinding): string => `${code} ${cause}`;

async function look(options: DoctorOptions): Promise<DoctorReport> {
  const { root } = options;
  const luaRoot = resolve(root.luaRoot);
  const patient = readPatient(options, {
    luaRoot,
    ownDirectory: statePath(withoutLinks(luaRoot)),
    bundled: BUNDLED_PLUGINS,
    removedModules: REMOVED_MODULES,
  });
  const { node } = patient;
  const installed = checkInstalled(root);
  const control = await checkControlPlane(node, installed.versions, options);
  const known = [...control.findings, ...installed.findings];
  const { findings, notes, unread } = await examineNode(patient, { ...options, known });
  return {
    role: node.role,
    isRunning: node.masterPid !== undefined,
    findings,
    notes,
    unread: [...unread, ...installed.unread, ...control.unread],
    mended: [],
  };
}

/** As far as we may look. */
function withoutLinks(path: string): string {
  try {
    return realPathOf(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return path;
  }
}
