import { signatureTagOf } from '../reference/digest.ts';
import { LegacyLayers } from './legacy-layers.ts';
import { readSignatureManifest } from './read-signature-manifest.ts';
import type { StoredSignature } from './signature-candidate.ts';
import { sourceIn, type SignatureSearch } from './signature-findings.ts';

/** Looks for signatures under the `.sig` tag (cosign specs/SIGNATURE_SPEC.md): one a layer. */
export async function* findLegacy(search: SignatureSearch): AsyncGenerator<StoredSignature, void> {
  const { store, subject, findings } = search;
  const tag = signatureTagOf(subject);
  const source = sourceIn(search, tag);
  const manifest = await findings.attempt(source, () => readSignatureManifest(store, tag, search));
  if (!manifest) return;
  const { layers } = manifest.document;
  const tags = { [tag]: manifest.descriptor };
  yield* new LegacyLayers(search).read({ source, manifest, layers, tags, referrers: [] });
}
