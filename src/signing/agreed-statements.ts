import type { IdentifiedSignature } from './identified-signature.ts';

/** Gathers those that sign the same bytes: in both formats, or by several signers. */
export function byStatement<Signature extends IdentifiedSignature>(
  accepted: readonly Signature[],
): readonly (readonly [Signature, ...Signature[]])[] {
  const groups = new Map<string, [Signature, ...Signature[]]>();
  for (const signature of accepted) {
    const key = Buffer.from(signature.candidate.payload).toString('latin1');
    const group = groups.get(key);
    if (group) group.push(signature);
    else groups.set(key, [signature]);
  }
  return [...groups.values()];
}

/**
 * Keeps the attestations that enough signers agree on: two who say different things vouch for
 * neither. Where none is, one is left to be refused.
 */
export function agreedStatements<Signature extends IdentifiedSignature>(
  accepted: readonly Signature[],
  areEnough: (signatures: readonly Signature[]) => boolean,
): readonly Signature[] {
  const groups = byStatement(accepted);
  const agreed = groups.filter(areEnough);
  return (agreed.length > 0 ? agreed : groups.slice(0, 1)).flat();
}
