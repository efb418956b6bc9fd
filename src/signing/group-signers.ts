import { signerIdOf, type SignerName } from '../content/signer-id.ts';
import type { KeySigner, CertificateSigner, VerifiedSigner } from '../content/verified-subject.ts';
import type { IdentifiedSignature, SignatureMaker } from './identified-signature.ts';

const FORMATS = ['legacy', 'bundle'] as const;

type MakerFields =
  | Pick<KeySigner, 'kind' | 'keyId' | 'publicKey'>
  | Pick<CertificateSigner, 'kind' | 'issuer' | 'subject' | 'workflow'>;

/** The distinct signers behind accepted signatures: several signatures of one are one signer. */
export function groupSigners(accepted: readonly IdentifiedSignature[]): readonly VerifiedSigner[] {
  const groups = new Map<string, IdentifiedSignature[]>();
  for (const signature of accepted) {
    const id = signerIdOf(fieldsOf(signature.maker));
    groups.set(id, [...(groups.get(id) ?? []), signature]);
  }
  return [...groups.values()].flatMap(toSigner);
}

/** How many distinct signers there are behind signatures. */
export function countSigners(accepted: readonly IdentifiedSignature[]): number {
  return new Set(accepted.map(({ maker }) => signerIdOf(fieldsOf(maker)))).size;
}

function toSigner(signatures: readonly IdentifiedSignature[]): VerifiedSigner[] {
  const [first] = signatures;
  if (!first) return [];
  const references = signatures.flatMap(({ claims }) => claims.signedReference ?? []);
  const annotations = signatures.map(({ claims }) => claims.annotations);
  const times = signatures.flatMap((one) => one.times.map((time) => time.toISOString()));
  return [
    {
      ...fieldsOf(first.maker),
      formats: FORMATS.filter((one) =>
        signatures.some(({ candidate }) => candidate.format === one),
      ),
      ...(references[0] === undefined ? {} : { signedReference: references[0] }),
      annotations: Object.assign({}, ...annotations) as VerifiedSigner['annotations'],
      ...logOf(signatures),
      times: [...new Set(times)].sort(),
    },
  ];
}

function logOf(signatures: readonly IdentifiedSignature[]): Pick<VerifiedSigner, 'log'> {
  if (signatures.some(({ isLogged }) => isLogged)) return { log: 'verified' };
  return signatures.some(({ hasForeignEntries }) => hasForeignEntries)
    ? { log: 'not checked' }
    : {};
}

function fieldsOf(maker: SignatureMaker): MakerFields & SignerName {
  if (maker.kind === 'certificate') return maker;
  return { kind: 'key', keyId: maker.key.keyId, publicKey: maker.key.pem };
}
