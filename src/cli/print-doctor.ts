import type { DoctorFinding } from '../kong/doctor/finding.ts';
import type { DoctorReport } from '../workflows/run-doctor.ts';

/** Each finding with its evidence, and on the last line what to do; then how many there are. */
export function renderDoctor({ findings, mended, role, isRunning }: DoctorReport): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const mendable = findings.filter(({ mend }) => mend !== undefined).length;
  const hint = mendable === 0 ? '' : `; --fix mends ${mendable} of them`;
  const state = `${role}, ${isRunning ? 'Kong runs' : 'Kong does not run'}`;
  return [
    ...mended.map(({ code, cause }) => `mended: ${cause} [${code}]`),
    ...findings.flatMap(renderFinding),
    findings.length === 0
      ? `nothing found (${state})`
      : `found ${findings.length}, errors among them: ${errors}${hint} (${state})`,
  ].join('\n');
}

function renderFinding({ code, severity, cause, evidence, fix }: DoctorFinding): readonly string[] {
  return [`${severity}: ${cause} [${code}]`, ...evidence.map((line) => `  ${line}`), `  → ${fix}`];
}

/** The same for programs. */
export function asDoctorJson({ findings, mended, ...report }: DoctorReport): object {
  return { ...report, findings: findings.map(asJson), mended: mended.map(asJson) };
}

function asJson({ mend, ...finding }: DoctorFinding): object {
  return { ...finding, isFixable: mend !== undefined };
}
