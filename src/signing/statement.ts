import { sortedJson } from '../content/go-json.ts';
import { messageOf } from '../errors/kongcrate-error.ts';
import { hexOf, type Digest } from '../reference/digest.ts';
import { refuseUnknownFields, type KnownFields } from './refuse-unknown-fields.ts';
import {
  asObject,
  parseSignedObject,
  refusedSignature,
  textsOf,
  type JsonObject,
  type SignedClaims,
} from './signed-claims.ts';

/** The DSSE payload type of in-toto statements. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
/** What cosign 3 calls a signature. Any other predicate is an attestation. */
export const SIGN_PREDICATE_TYPE = 'https://sigstore.dev/cosign/sign/v1';

const STATEMENT_TYPES: readonly unknown[] = [
  'https://in-toto.io/Statement/v1',
  'https://in-toto.io/Statement/v0.1',
];

/** in-toto's statement v1 with its ResourceDescriptor; what the predicate says is up to its type. */
const FIELDS: KnownFields = {
  _type: true,
  subject: {
    name: true,
    uri: true,
    digest: true,
    content: true,
    downloadLocation: true,
    mediaType: true,
    annotations: true,
  },
  predicateType: true,
  predicate: true,
};

/** The statement of a bundle, byte for byte as cosign 3 signs it: protojson, not HTML-escaped. */
export function encodeStatement(
  digest: Digest,
  annotations: Readonly<Record<string, string>>,
): Buffer {
  const texts = sortedJson(annotations, JSON.stringify);
  return Buffer.from(
    `{"_type":"https://in-toto.io/Statement/v1",` +
      `"subject":[{"digest":{"sha256":"${hexOf(digest)}"},"annotations":${texts}}],` +
      `"predicateType":"${SIGN_PREDICATE_TYPE}","predicate":{}}`,
  );
}

/** What an attestation says of which artifact. */
export interface AttestationStatement {
  readonly digest: Digest;
  /** Signed as the subject's name; Docker Hub is `index.docker.io/…`. */
  readonly repository: string;
  readonly predicateType: string;
  /** JSON text, taken over byte for byte. */
  readonly predicate: string;
}

/** The statement of an attestation: cosign names the repository as the subject (in-toto v1). */
export function encodeAttestation(attestation: AttestationStatement): Buffer {
  const { digest, repository, predicateType, predicate } = attestation;
  return Buffer.from(
    `{"_type":"https://in-toto.io/Statement/v1",` +
      `"subject":[{"name":${JSON.stringify(repository)},"digest":{"sha256":"${hexOf(digest)}"}}],` +
      `"predicateType":${JSON.stringify(predicateType)},"predicate":${predicate}}`,
  );
}

/**
 * Reads a statement whose signature holds, and demands that it is about this digest.
 * @param demandedType what the statement must be; cosign 3 takes any `predicateType`, so that an
 *   attestation passes for a signature
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function readStatement(
  payload: Uint8Array,
  digest: Digest,
  demandedType: string = SIGN_PREDICATE_TYPE,
): SignedClaims {
  const statement = parseSignedObject(payload);
  const { _type, subject, predicateType } = statement;
  if (!STATEMENT_TYPES.includes(_type))
    throw refusedSignature(`it signs ${JSON.stringify(_type)}, not an in-toto statement`);
  if (predicateType !== demandedType)
    throw refusedSignature(
      `it is an attestation of ${JSON.stringify(predicateType)}, not ${JSON.stringify(demandedType)}`,
      { otherStatement: String(predicateType) },
    );
  refuseUnknown(statement);
  const subjects = Array.isArray(subject) ? subject.map(asObject) : [];
  const ours = subjects.find((one) => asObject(one['digest'])['sha256'] === hexOf(digest));
  if (!ours) throw refusedSignature('it signs another digest: no subject of it is this one');
  const { name } = asObject(ours);
  const isNamed = demandedType !== SIGN_PREDICATE_TYPE && typeof name === 'string';
  return {
    ...(isNamed ? { signedReference: name } : {}),
    annotations: textsOf(ours['annotations']),
  };
}

function refuseUnknown(statement: JsonObject): void {
  try {
    refuseUnknownFields(statement, FIELDS);
  } catch (error) {
    throw refusedSignature(`what it signs is no in-toto statement: ${messageOf(error)}`);
  }
}
