import type { Asking } from '../activation/ask-node.ts';
import { redactText } from '../../http/redact.ts';
import { askAdmin } from '../activation/ask-admin.ts';
import { fieldOf } from '../activation/json-fields.ts';
import type { KongNode } from '../node/kong-node.ts';
import { fits } from '../use/check-control-plane-versions.ts';
import { readPages } from '../use/read-admin-plugins.ts';
import type { DoctorFinding } from './finding.ts';

export interface ControlPlaneCheck {
  readonly findings: readonly DoctorFinding[];
  readonly unread: readonly string[];
}

/** VERSION of each plugin that is installed on the node, as far as it is known. */
export type InstalledVersions = ReadonlyMap<string, string>;

/**
 * Asks a control plane which of its data planes it gives no configuration to, and holds the versions of
 * a data plane's plugins against its own (KONG.md 1.6).
 * @throws the signal's reason
 */
export async function checkControlPlane(
  node: KongNode,
  versions: InstalledVersions,
  asking: Asking,
): Promise<ControlPlaneCheck> {
  const url = node.role === 'control-plane' ? node.adminUrl : node.controlPlaneUrl;
  if (!url) {
    const isBlind = node.role === 'data-plane';
    return {
      findings: [],
      unread: isBlind
        ? ['whether versions fit those of the control plane: give its --admin-url']
        : [],
    };
  }
  const access = { ...asking, adminUrl: url, headers: node.adminHeaders };
  const dataPlanes = await readPages(access, '/clustering/data-planes');
  if (typeof dataPlanes === 'string') return { findings: [], unread: [dataPlanes] };
  const behind = dataPlanes.flatMap(judgeDataPlane);
  if (node.role === 'control-plane') return { findings: behind, unread: [] };
  const admin = await askAdmin({ ...node, adminUrl: url }, asking);
  if (typeof admin === 'string') return { findings: behind, unread: [admin] };
  return { findings: [...behind, ...compare(versions, admin.plugins)], unread: [] };
}

/** `unknown`: it has not reported yet. */
const FITTING: ReadonlySet<string> = new Set(['normal', 'unknown']);

const REASONS: ReadonlyMap<string, string> = new Map([
  ['plugin_set_incompatible', 'it lacks a plugin that is configured'],
  ['plugin_version_incompatible', 'one of its plugins has a version that does not fit'],
  ['kong_version_incompatible', 'its Kong does not fit the version of the control plane'],
  ['filter_set_incompatible', 'it lacks a filter that is configured'],
]);

/** A data plane that runs is heard of every 30 s. */
const MAX_SILENCE_S = 3_600;

/** Kong lists those that are gone for `cluster_data_plane_purge_delay`, 14 days. */
function isGone(dataPlane: unknown): boolean {
  const lastSeenS = fieldOf(dataPlane, 'last_seen');
  return typeof lastSeenS === 'number' && Date.now() / 1000 - lastSeenS > MAX_SILENCE_S;
}

function judgeDataPlane(dataPlane: unknown): readonly DoctorFinding[] {
  const [id, hostname, status] = ['id', 'hostname', 'sync_status'].map((key) => {
    const value = fieldOf(dataPlane, key);
    return typeof value === 'string' ? redactText(value) : '';
  });
  if (status === undefined || FITTING.has(status) || isGone(dataPlane)) return [];
  return [
    {
      code: 'data-plane-behind',
      severity: 'error',
      cause: `the data plane ${hostname ?? ''} gets no configuration: ${REASONS.get(status) ?? status}`,
      evidence: [`/clustering/data-planes: ${hostname ?? ''} (${id ?? ''}): sync_status ${status}`],
      fix: 'Bring the plugins to the same versions on both: for a new plugin the data planes first, then the control plane, then entities; for an upgrade the control plane first.',
      plugins: [],
    },
  ];
}

function compare(
  installed: InstalledVersions,
  theirs: InstalledVersions,
): readonly DoctorFinding[] {
  return [...installed].flatMap(([name, version]): readonly DoctorFinding[] => {
    const other = theirs.get(name);
    if (other === undefined || fits(version, other)) return [];
    return [
      {
        code: 'version-does-not-fit',
        severity: 'error',
        cause: `${name} ${version} is installed on this data plane, and the control plane has ${other}: it gives no configuration to another major or a newer minor version`,
        evidence: [`${name}: ${version} here, ${other} on the control plane`],
        fix: `Bring the control plane to ${name} ${version} first; or here: kongcrate rollback ${name}`,
        plugins: [name],
      },
    ];
  });
}
