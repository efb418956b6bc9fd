import type { Finding } from '../plugin/finding.ts';
import { LINT_RULES, type LintRule } from '../plugin/lint-rules.ts';
import { VERSION } from './version.ts';

/**
 * Findings as SARIF 2.1.0 (OASIS), the one form that code scanners share.
 * @param pathOf a finding's file as seen from the working directory
 */
export function formatSarif(
  findings: readonly Finding[],
  pathOf: (finding: Finding) => string,
): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'kongcrate', semanticVersion: VERSION, rules: rules.map(describeRule) },
        },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.indexOf(finding.rule),
          level: finding.severity,
          message: { text: `${finding.message}. ${finding.remedy}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(pathOf(finding)) },
                region: { startLine: finding.line },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describeRule(rule: LintRule): object {
  return { id: rule, shortDescription: { text: LINT_RULES[rule] } };
}

function uriOf(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}
