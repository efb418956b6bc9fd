import type { Finding } from '../plugin/finding.ts';

/** Findings as compilers print them: file, line, what and why, and on a second line what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ severity, rule, file, line, message, remedy }) =>
        `${file}:${line}: ${severity}: ${message} [${rule}]\n  → ${remedy}`,
    )
    .join('\n');
}
