import { archiveRefused, quote } from './archive-refused.ts';

/** What a docker archive or an OCI layout (image-spec, image-layout.md) is made of. */
const LAYOUT_FILE = /^(?:oci-layout|index\.json|blobs\/[^/]+\/[^/]+)$/;
/** What `copy --trust` puts beside it: no plugin has such a path. */
const TRUST_FILE = /^trust\/[0-9a-f]{64}\.(?:pub|json)$/;
/** docker and podman add these for every layer: docker image-spec v1.2. */
const DOCKER_FILE = /^(?:manifest\.json|repositories|[0-9a-f]{64}\/(?:VERSION|json|layer\.tar))$/;

/**
 * Refuses a tarball of an image that holds more than the image: whoever unpacks it as a plain
 * archive would get other files than whoever reads the image.
 * @param named the further files that its manifest.json names
 * @throws KongcrateError ARCHIVE_REFUSED (READS_DIFFERENTLY)
 */
export function demandImageFiles(paths: Iterable<string>, named?: ReadonlySet<string>): void {
  for (const path of paths) {
    const isDocker = named !== undefined && (DOCKER_FILE.test(path) || named.has(path));
    if (!isDocker && !LAYOUT_FILE.test(path) && !TRUST_FILE.test(path))
      throw archiveRefused(
        'READS_DIFFERENTLY',
        `it is an image and holds ${quote(path)} beside it`,
        { details: { entry: quote(path) } },
      );
  }
}
