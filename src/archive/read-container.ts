import type { ExtractionPlan } from '../content/extraction-plan.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { findDockerLayer } from './find-docker-layer.ts';
import { findLayoutLayer } from './find-layout-layer.ts';
import { openTar } from './open-tar.ts';
import { readArchive } from './read-archive.ts';
import { scanTar } from './scan-tar.ts';

export interface Container {
  readonly kind: 'plain' | 'docker-archive' | 'oci-layout';
  /** The archive that holds the plugin, as it stands in the file. */
  readonly layer: Uint8Array;
  readonly plan: ExtractionPlan;
}

/**
 * Reads any file that may carry a plugin: what `crane pull` and `docker save` write, an OCI
 * layout in a tar, or a plain archive. It decides nothing about trust.
 * @param limits apply to the file itself and again to the layer in it
 * @throws KongcrateError ARCHIVE_REFUSED; CONTENT_INVALID, DIGEST_MISMATCH or SIZE_MISMATCH where
 *   the file contradicts its own manifest or index
 */
export function readContainer(
  bytes: Uint8Array,
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
): Container {
  const { kind, layer } = findLayer(bytes, limits);
  return { kind, layer, plan: readArchive(layer, limits) };
}

/** docker 25 and later write both forms into one tar; manifest.json names what was saved. */
function findLayer(bytes: Uint8Array, limits: ArchiveLimits): Omit<Container, 'plan'> {
  const entries = scanTar(openTar(bytes, limits.maxUnpackedBytes), limits, 'container');
  const files = new Map(entries.map((entry) => [entry.path, entry.bytes]));
  const manifest = files.get('manifest.json');
  if (manifest !== undefined)
    return { kind: 'docker-archive', layer: findDockerLayer(files, manifest) };
  const index = files.get('index.json');
  if (index !== undefined && files.has('oci-layout'))
    return { kind: 'oci-layout', layer: findLayoutLayer(files, index) };
  return { kind: 'plain', layer: bytes };
}
