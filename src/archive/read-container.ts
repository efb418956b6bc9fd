import type { ExtractionPlan } from '../content/extraction-plan.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { demandImageFiles } from './demand-image-files.ts';
import { demandSameLayer } from './demand-same-layer.ts';
import { findDockerLayer } from './find-docker-layer.ts';
import { openTar } from './open-tar.ts';
import { readArchive } from './read-archive.ts';
import { scanTar } from './scan-tar.ts';

export type Container =
  | {
      readonly kind: 'plain' | 'docker-archive';
      /** The archive that holds the plugin, as it stands in the file. */
      readonly layer: Uint8Array;
      readonly plan: ExtractionPlan;
    }
  | {
      readonly kind: 'oci-layout';
      /** The files of the layout by path, none of them checked against its digest. */
      readonly files: ReadonlyMap<string, Uint8Array>;
    };

/**
 * Reads any file that may carry a plugin: what `crane pull` and `docker save` write, or a plain
 * archive; of an OCI layout in a tar it lists the files. It decides nothing about trust.
 * @param limits apply to the file itself and again to the layer in it
 * @throws KongcrateError ARCHIVE_REFUSED, also for an image with other files beside it;
 *   CONTENT_INVALID or DIGEST_MISMATCH where the file contradicts its own manifest.json
 */
export function readContainer(
  bytes: Uint8Array,
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
): Container {
  const entries = scanTar(openTar(bytes, limits.maxUnpackedBytes), limits, 'container');
  const files = new Map(
    entries.filter(({ kind }) => kind === 'file').map((entry) => [entry.path, entry.bytes]),
  );
  const manifest = files.get('manifest.json');
  if (manifest !== undefined) {
    const { layer, named } = findDockerLayer(files, manifest);
    demandImageFiles(files.keys(), named);
    demandSameLayer(files, layer);
    return { kind: 'docker-archive', layer, plan: readArchive(layer, limits) };
  }
  if (!files.has('index.json') || !files.has('oci-layout'))
    return { kind: 'plain', layer: bytes, plan: readArchive(bytes, limits) };
  demandImageFiles(files.keys());
  return { kind: 'oci-layout', files };
}
