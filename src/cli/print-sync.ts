import { assignment, type Variables } from '../kong/format-variables.ts';
import type { AppliedSync } from '../workflows/sync/apply-sync.ts';
import type { SyncReport } from '../workflows/sync/sync-node.ts';
import type { SyncPlan, SyncStep } from '../workflows/sync/sync-plan.ts';
import type { Call } from './action.ts';
import { explainActivation } from './print-activation.ts';
import { renderTrust } from './print-trust.ts';

/** One line for everything that a plan is about. */
export function renderPlan({ steps, enable, disable, reload }: SyncPlan): string[] {
  return [
    ...steps.filter(({ action }) => action !== 'none').map(renderStep),
    ...enable.map((name) => `enable ${name}`),
    ...disable.map((name) => `disable ${name}`),
    ...(reload ? ['reload: Kong has not loaded what is installed'] : []),
  ];
}

function renderStep({ name, action, reason, ...versions }: SyncStep): string {
  const { version, digest, installedVersion, installedDigest } = versions;
  const before = installedVersion ?? installedDigest;
  const after = version ?? digest;
  const change = [before, after].filter((one) => one !== undefined);
  const isOne = before === after || action === 'repair';
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${action} ${name} ${isOne ? (after ?? '') : change.join(' -> ')}${why}`;
}

/** What was done, or would be. */
export function renderSync(report: SyncReport): string {
  return report.isDifferent ? renderPlan(report).join('\n') : 'the node is what the lock says';
}

/** Who vouches for what came, what was left as it is, and what Kong makes of it. */
export function explainSync({ steps, applied }: SyncReport, call: Call): void {
  for (const { name, action, reason } of steps)
    if (action === 'held' || action === 'quarantined')
      call.warn(`${name} stays as it is, ${action}: ${reason ?? ''}`);
  if (!applied) return;
  if (applied.notCleanedUp !== undefined) call.warn(applied.notCleanedUp);
  for (const { name, state, trust } of applied.plugins)
    if (state !== 'unchanged') call.note(`${name}: ${renderTrust(trust)}`);
  for (const { path, backup } of applied.adopted ?? [])
    call.note(`adopted ${path}: kept as ${backup}`);
  explainEdits(applied, call);
  if (applied.activation) explainActivation(applied.activation, call);
}

/** No Kong runs: what its next start takes. */
function explainEdits({ edited = [] }: AppliedSync, call: Call): void {
  for (const { file, notes, overriddenBy, variables } of edited) {
    if (file !== undefined) call.note(`for the next start: ${file}`);
    for (const note of notes) call.note(note);
    if (overriddenBy !== undefined)
      call.warn(`the ${overriddenBy} counts more: ${formatVariables(variables)}`);
  }
}

function formatVariables(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => assignment(name, value))
    .join(' ');
}
