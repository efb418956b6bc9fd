import { goJson, sortedJson } from '../content/go-json.ts';
import type { Digest } from '../reference/digest.ts';
import {
  asObject,
  parseSignedObject,
  refusedSignature,
  textsOf,
  type SignedClaims,
} from './signed-claims.ts';

const TYPE = 'cosign container image signature';

export interface SimpleSigningClaims {
  readonly digest: Digest;
  /** `docker-reference`: the repository without tag and digest. */
  readonly repository: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The payload of a legacy signature, byte for byte as cosign signs it (SIGNATURE_SPEC.md). */
export function encodeSimpleSigning(claims: SimpleSigningClaims): Buffer {
  const critical = {
    identity: { 'docker-reference': claims.repository },
    image: { 'docker-manifest-digest': claims.digest },
    type: TYPE,
  };
  const hasAnnotations = Object.keys(claims.annotations).length > 0;
  const optional = hasAnnotations ? sortedJson(claims.annotations, goJson) : 'null';
  return Buffer.from(`{"critical":${goJson(critical)},"optional":${optional}}`);
}

/**
 * Reads a payload whose signature holds, and demands that it is about this digest. cosign accepts
 * any `type`; here a signature made for another purpose does not count.
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function readSimpleSigning(payload: Uint8Array, digest: Digest): SignedClaims {
  const { critical, optional } = parseSignedObject(payload);
  const { type, image, identity } = asObject(critical);
  if (type !== TYPE)
    throw refusedSignature(
      `it signs the type ${JSON.stringify(type)}, not ${JSON.stringify(TYPE)}`,
    );
  const signed = asObject(image)['docker-manifest-digest'];
  if (signed !== digest)
    throw refusedSignature(`it signs another digest: ${JSON.stringify(signed)}`);
  const signedReference = asObject(identity)['docker-reference'];
  return {
    ...(typeof signedReference === 'string' ? { signedReference } : {}),
    annotations: textsOf(optional),
  };
}
