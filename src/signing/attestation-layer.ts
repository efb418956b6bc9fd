import type { ContentStore } from '../content/content-store.ts';
import { describe } from '../content/descriptor.ts';
import { attestationTagOf } from '../reference/digest.ts';
import { DSSE_ENVELOPE, SIGNATURE_ANNOTATION } from '../reference/media-types.ts';
import { refuseFull, type NewLayer } from './append-to-tag.ts';
import { encodeEnvelope } from './bundle.ts';
import { readLayerAttestation } from './find-attestations.ts';
import { writeLegacyAnnotations } from './legacy-annotations.ts';
import type { NewSignature } from './make-signature.ts';
import type { AttestationRequest, AttestOptions } from './prepare-attestation.ts';
import { readSignatureManifest } from './read-signature-manifest.ts';
import { verifyNewSignature } from './verify-own-signature.ts';

/** An attestation with its signature. */
interface SignedRequest extends AttestationRequest {
  readonly made: NewSignature;
}

/**
 * Wraps a signed statement as the layer that cosign 2 keeps under the `.att` tag. What came out is
 * read and verified again before anybody sees it.
 * @throws KongcrateError CONTENT_INVALID, CONTENT_TOO_LARGE, SIGNATURE_MISMATCH,
 *   CERTIFICATE_MISMATCH, and what store and witnesses throw
 */
export async function makeAttestationLayer(
  store: ContentStore,
  { subject, statement, own, made }: SignedRequest,
  options: AttestOptions,
): Promise<NewLayer> {
  const tag = attestationTagOf(subject.descriptor.digest);
  const existing = await readSignatureManifest(store, tag, options);
  refuseFull({ tag, existing });
  const payload = encodeEnvelope(statement, made);
  const stamped = await stampEnvelope(payload, made, options);
  const layer = {
    ...describe(DSSE_ENVELOPE, payload),
    annotations: {
      ...writeLegacyAnnotations(stamped),
      // It stands in the envelope; cosign leaves the annotation empty.
      [SIGNATURE_ANNOTATION]: '',
      predicateType: own.predicateType,
    },
  };
  const candidate = { source: 'the new layer', ...readLayerAttestation(layer, payload) };
  await verifyNewSignature(candidate, own, options);
  const { dockerMediaTypes = false } = options;
  return { tag, existing, mayBeStale: true, layer, payload, dockerMediaTypes };
}

/** Here a timestamp covers the envelope, in a bundle the signature: the authority is asked anew. */
async function stampEnvelope(
  envelope: Buffer,
  made: NewSignature,
  { witnesses = [], signal }: AttestOptions,
): Promise<NewSignature> {
  const timestamps = [];
  for (const witness of witnesses.filter(({ kind }) => kind === 'timestamp')) {
    const fresh = { signedBytes: envelope, signature: envelope, signer: made.signer };
    timestamps.push(...(await witness.testify(fresh, signal ? { signal } : {})).timestamps);
  }
  return { ...made, proofs: { ...made.proofs, timestamps } };
}
