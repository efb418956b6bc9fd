import type { PolicyDecision } from './decide.ts';

/** A decision in lines: the rules in the order they were asked, then every signature. */
export function explainDecision(decision: PolicyDecision): string[] {
  const { policy, rule, passedOver, signatures, allowed, reasons } = decision;
  return [
    ...passedOver.map(
      ({ line, match, reason }) => `${policy}:${line}: ${match.join(', ')}: ${reason}`,
    ),
    ...(rule ? [`${policy}:${rule.line}: ${rule.match.join(', ')}: this rule decides`] : []),
    ...signatures.map(
      ({ signer, source, reason }) =>
        `  ${reason === undefined ? 'counts' : 'does not count'}: ${signer}, ${source}${reason === undefined ? '' : `: ${reason}`}`,
    ),
    ...(allowed ? ['  allowed'] : reasons.map((reason) => `  refused: ${reason}`)),
  ];
}
