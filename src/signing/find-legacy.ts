import type { Descriptor } from '../content/descriptor.ts';
import type { ImageManifest } from '../content/manifest.ts';
import { readContent, type ReadManifest } from '../content/read-content.ts';
import { signatureTagOf } from '../reference/digest.ts';
import { SIGNATURE_ANNOTATION } from '../reference/media-types.ts';
import { readLegacyProofs } from './read-legacy-proofs.ts';
import { MAX_SIGNATURE_LAYERS, readSignatureManifest } from './read-signature-manifest.ts';
import type { StoredSignature } from './signature-candidate.ts';
import type { SignatureSearch } from './signature-findings.ts';
import { refusedSignature } from './signed-claims.ts';

/** The most bytes a simple signing payload may have. */
export const MAX_PAYLOAD_BYTES: number = 64 * 1024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

type ReadPayload = (layer: Descriptor) => Promise<Buffer>;
type SignatureManifest = ReadManifest<ImageManifest>;

/** Looks for signatures under the `.sig` tag (cosign specs/SIGNATURE_SPEC.md): one a layer. */
export async function* findLegacy(search: SignatureSearch): AsyncGenerator<StoredSignature, void> {
  const { store, subject, findings } = search;
  const tag = signatureTagOf(subject);
  const manifest = await findings.attempt(tag, () => readSignatureManifest(store, subject, search));
  if (!manifest) return;
  const { layers } = manifest.document;
  const readPayload = payloadReader(search);
  for (const [index, layer] of layers.slice(0, MAX_SIGNATURE_LAYERS).entries()) {
    const source = `layer ${index + 1} of ${tag}`;
    const candidate = await findings.attempt(source, async () => {
      const payload = await readPayload(layer);
      return toCandidate({ source, tag, manifest, layer, payload });
    });
    if (candidate) yield candidate;
  }
  const unreadCount = layers.length - MAX_SIGNATURE_LAYERS;
  if (unreadCount > 0) findings.unread.push(`${unreadCount} more layers of ${tag}`);
}

/** Reads each payload once: junk layers all repeat the same one (notation CVE-2023-33958). */
function payloadReader({ store, ...options }: SignatureSearch): ReadPayload {
  const known = new Map<string, Promise<Buffer>>();
  return (layer) => {
    const key = `${layer.digest} ${layer.size}`;
    const payload =
      known.get(key) ?? readContent(store, layer, { ...options, limitBytes: MAX_PAYLOAD_BYTES });
    known.set(key, payload);
    return payload;
  };
}

interface LegacyLayer {
  readonly source: string;
  readonly tag: string;
  readonly manifest: SignatureManifest;
  readonly layer: Descriptor;
  readonly payload: Buffer;
}

function toCandidate({ source, tag, manifest, layer, payload }: LegacyLayer): StoredSignature {
  const { descriptor, bytes } = manifest;
  const signature = decodeSignature(layer);
  if (!signature) throw refusedSignature('its signature annotation is missing or is no base64');
  return {
    format: 'legacy',
    source,
    descriptor,
    content: 'payload',
    signedBytes: payload,
    signature,
    payload,
    proofs: readLegacyProofs(layer.annotations),
    evidence: {
      tags: { [tag]: descriptor },
      referrers: [],
      blobs: new Map([
        [descriptor.digest, bytes],
        [layer.digest, payload],
      ]),
    },
  };
}

/** The bytes of a layer's signature annotation: standard base64, in which Go skips line ends. */
export function decodeSignature(layer: Descriptor): Buffer | undefined {
  const base64 = layer.annotations?.[SIGNATURE_ANNOTATION]?.replace(/[\r\n]/g, '');
  return base64 && BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}
