import type { VerifiedSigner } from '../content/verified-subject.ts';
import type { AcceptedSignature } from './verify-candidate.ts';

const FORMATS = ['legacy', 'bundle'] as const;

/** The distinct keys behind accepted signatures: several signatures of one key are one signer. */
export function groupSigners(accepted: readonly AcceptedSignature[]): readonly VerifiedSigner[] {
  const groups = new Map<string, AcceptedSignature[]>();
  for (const signature of accepted) {
    const { keyId } = signature.key;
    groups.set(keyId, [...(groups.get(keyId) ?? []), signature]);
  }
  return [...groups.values()].flatMap(toSigner);
}

function toSigner(signatures: readonly AcceptedSignature[]): VerifiedSigner[] {
  const [first] = signatures;
  if (!first) return [];
  const references = signatures.flatMap(({ claims }) => claims.signedReference ?? []);
  const annotations = signatures.map(({ claims }) => claims.annotations);
  return [
    {
      keyId: first.key.keyId,
      publicKey: first.key.pem,
      formats: FORMATS.filter((one) =>
        signatures.some(({ candidate }) => candidate.format === one),
      ),
      ...(references[0] === undefined ? {} : { signedReference: references[0] }),
      annotations: Object.assign({}, ...annotations) as VerifiedSigner['annotations'],
      ...(signatures.some(({ candidate }) => candidate.logged) ? { log: 'not checked' } : {}),
    },
  ];
}
