import type { Descriptor } from '../content/descriptor.ts';
import type { ImageIndex, ImageManifest } from '../content/manifest.ts';
import type { Digest } from '../reference/digest.ts';

/** A manifest whose bytes were hashed and parsed. */
export interface KnownManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly document: ImageManifest | ImageIndex;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** The manifests a store has seen: what is found by its digest need not be fetched twice. */
export class ManifestCache {
  readonly #manifests: Map<Digest, KnownManifest> = new Map<Digest, KnownManifest>();
  #bytes = 0;

  get(digest: Digest): KnownManifest | undefined {
    return this.#manifests.get(digest);
  }

  /** Whether a manifest that was seen has this blob for its config or a layer. */
  names(blob: Digest): boolean {
    for (const { document } of this.#manifests.values())
      if (document.kind === 'manifest')
        for (const { digest } of [document.config, ...document.layers])
          if (digest === blob) return true;
    return false;
  }

  /** Keeps a manifest; the oldest make room. */
  add(manifest: KnownManifest): void {
    const { digest } = manifest.descriptor;
    this.#remove(digest);
    this.#manifests.set(digest, manifest);
    this.#bytes += manifest.bytes.length;
    for (const oldest of this.#manifests.keys()) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#remove(oldest);
    }
  }

  #remove(digest: Digest): void {
    this.#bytes -= this.#manifests.get(digest)?.bytes.length ?? 0;
    this.#manifests.delete(digest);
  }
}
