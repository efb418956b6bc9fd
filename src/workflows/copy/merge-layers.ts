import type { Descriptor } from '../../content/descriptor.ts';
import type { ImageManifest } from '../../content/manifest.ts';
import type { ReadManifest } from '../../content/read-content.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { appendLayers } from '../../signing/append-layers.ts';
import { MAX_SIGNATURE_LAYERS } from '../../signing/read-signature-manifest.ts';

type Signatures = ReadManifest<ImageManifest>;

/** A manifest to write, and what has to be there before it. */
export interface MergedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** To be copied from the source. */
  readonly contents: readonly Descriptor[];
  /** Made here, of a manifest that neither side had. */
  readonly config?: { readonly descriptor: Descriptor; readonly bytes: Uint8Array };
}

/** The layers of `source` that `existing` does not have: a signature is in a layer's annotations. */
export function missingLayers(
  existing: Signatures | undefined,
  source: Signatures,
): readonly Descriptor[] {
  const known = new Set(existing?.document.layers.map(identityOf));
  return source.document.layers.filter((layer) => !known.has(identityOf(layer)));
}

/**
 * What a tag has to hold so that nothing of either side is lost: the source as it is where it has
 * everything, else the existing manifest with the missing layers.
 * @throws KongcrateError CONTENT_TOO_LARGE for more signatures than any verifier reads
 */
export function mergeLayers(existing: Signatures | undefined, source: Signatures): MergedManifest {
  if (!existing || missingLayers(source, existing).length === 0) return wholeOf(source);
  const missing = missingLayers(existing, source);
  const count = existing.document.layers.length + missing.length;
  if (count > MAX_SIGNATURE_LAYERS)
    throw new KongcrateError(
      'CONTENT_TOO_LARGE',
      `${existing.descriptor.digest} would list ${count} signatures, more than ${MAX_SIGNATURE_LAYERS}`,
      { remedy: 'No verifier reads more: delete those on one side that nobody needs.' },
    );
  const { config, manifest } = appendLayers(existing, missing);
  return { ...manifest, contents: missing, config };
}

/** The source's manifest as it is. */
export function wholeOf({ descriptor, bytes, document }: Signatures): MergedManifest {
  return { descriptor, bytes, contents: [document.config, ...document.layers] };
}

function identityOf({ digest, annotations = {} }: Descriptor): string {
  return JSON.stringify([digest, Object.entries(annotations).sort()]);
}
