import { placeOf, type Finding } from '../plugin/finding.ts';

/** Findings as compilers print them: file, line, what and why, and on a second line what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  return findings
    .map(
      (finding) =>
        `${placeOf(finding)}: ${finding.severity}: ${finding.message} [${finding.rule}]\n  → ${finding.remedy}`,
    )
    .join('\n');
}
