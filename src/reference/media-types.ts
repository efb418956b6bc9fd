/** Media types and annotation keys on the wire, with the program or document that defines each. */

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_EMPTY = 'application/vnd.oci.empty.v1+json';
export const OCI_LAYER_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
export const DOCKER_LAYER_GZIP = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** kongcrate's own artifact types; that of a lock is its layer's media type too. */
export const PLUGIN_ARTIFACT_TYPE = 'application/vnd.kongcrate.plugin.v1';
export const LOCK_ARTIFACT_TYPE = 'application/vnd.kongcrate.lock.v1+json';

/** cosign's simple signing payload (cosign specs/SIGNATURE_SPEC.md). */
export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
/** A cosign attestation under the `.att` tag (cosign specs/ATTESTATION_SPEC.md). */
export const DSSE_ENVELOPE = 'application/vnd.dsse.envelope.v1+json';
/** The sigstore bundle, as cosign 3 stores it. */
export const BUNDLE_V03 = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** Readers go by this prefix: versions and parameters follow it. */
export const BUNDLE_PREFIX = 'application/vnd.dev.sigstore.bundle';

export const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature';
export const REF_NAME_ANNOTATION = 'org.opencontainers.image.ref.name';
export const TITLE_ANNOTATION = 'org.opencontainers.image.title';
export const CREATED_ANNOTATION = 'org.opencontainers.image.created';

export const PLUGIN_NAME_ANNOTATION = 'dev.kongcrate.plugin.name';
export const PLUGIN_VERSION_ANNOTATION = 'dev.kongcrate.plugin.version';
export const PLUGIN_PRIORITY_ANNOTATION = 'dev.kongcrate.plugin.priority';
export const LOCK_NAME_ANNOTATION = 'dev.kongcrate.lock.name';
export const REPOSITORY_ANNOTATION = 'dev.kongcrate.repository';

/** A layer that runtimes and Kong's operator take as an image's, of OCI or docker. */
export function isImageLayerType(mediaType: string): boolean {
  return mediaType === OCI_LAYER_GZIP || mediaType === DOCKER_LAYER_GZIP;
}

/** A manifest with layers, of OCI or docker. */
export function isManifestType(mediaType: string): boolean {
  return mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST;
}

/** A list of manifests, of OCI or docker. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_MANIFEST_LIST;
}
