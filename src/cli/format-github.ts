import type { Finding } from '../plugin/finding.ts';

/**
 * Findings as GitHub's workflow commands, which show them beside the lines of a change
 * (docs.github.com, "Workflow commands"; actions/toolkit has the escapes).
 * @param pathOf a finding's file as seen from the working directory
 */
export function formatGithub(
  findings: readonly Finding[],
  pathOf: (finding: Finding) => string,
): string {
  return findings
    .map((finding) => {
      const { severity, line, rule, message, remedy } = finding;
      const properties = { file: pathOf(finding), line: String(line), title: `kongcrate ${rule}` };
      const given = Object.entries(properties).map(
        ([key, value]) => `${key}=${escapeProperty(value)}`,
      );
      return `::${severity} ${given.join(',')}::${escapeText(`${message}\n${remedy}`)}`;
    })
    .join('\n');
}

function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
