import { partOf, type ByteSource } from '../content/byte-source.ts';
import type { ExtractionPlan } from '../content/extraction-plan.ts';
import { DEFAULT_ARCHIVE_LIMITS } from './archive-limits.ts';
import { demandImageFiles } from './demand-image-files.ts';
import { demandSameLayer } from './demand-same-layer.ts';
import { findDockerLayer } from './find-docker-layer.ts';
import { openSpooledTar, type SpooledOptions } from './open-spooled-tar.ts';
import { readSpooledArchive } from './read-archive.ts';
import { indexTar } from './scan-tar.ts';

export type Container =
  | {
      readonly kind: 'plain' | 'docker-archive';
      /** The archive that holds the plugin, as it stands in the file. */
      readonly layer: ByteSource;
      readonly plan: ExtractionPlan;
    }
  | {
      readonly kind: 'oci-layout';
      /** The files of the layout by path, none of them checked against its digest. */
      readonly files: ReadonlyMap<string, ByteSource>;
    };

/**
 * Reads any file that may carry a plugin: what `crane pull` and `docker save` write, or a plain
 * archive; of an OCI layout in a tar it lists the files. It decides nothing about trust.
 * @param options the limits apply to the file itself and again to the layer in it
 * @throws KongcrateError ARCHIVE_REFUSED, also for an image with other files beside it;
 *   CONTENT_INVALID or DIGEST_MISMATCH where the file contradicts its own manifest.json
 */
export async function readContainer(
  bytes: ByteSource,
  options: SpooledOptions,
): Promise<Container> {
  const { limits = DEFAULT_ARCHIVE_LIMITS, spooling } = options;
  const tar = await openSpooledTar({ bytes, limits }, spooling);
  const files = new Map(
    indexTar(tar, limits, 'container')
      .filter(({ kind }) => kind === 'file')
      .map(({ path, start, end }) => [path, partOf(tar, start, end)]),
  );
  const manifest = files.get('manifest.json');
  if (manifest !== undefined) {
    const { layer, named } = findDockerLayer(files, manifest);
    demandImageFiles(files.keys(), named);
    demandSameLayer(files, layer);
    return { kind: 'docker-archive', layer, plan: await readSpooledArchive(layer, options) };
  }
  if (!files.has('index.json') || !files.has('oci-layout'))
    return { kind: 'plain', layer: bytes, plan: await readSpooledArchive(bytes, options) };
  demandImageFiles(files.keys());
  return { kind: 'oci-layout', files };
}
