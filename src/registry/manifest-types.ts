import {
  DOCKER_MANIFEST,
  isIndexType,
  isManifestType,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../reference/media-types.ts';

const DOCKER_MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** `Accept` for manifests: docker-registry hides those whose type is not listed. */
export const ACCEPT_MANIFESTS: string = [
  OCI_MANIFEST,
  OCI_INDEX,
  DOCKER_MANIFEST,
  DOCKER_MANIFEST_LIST,
].join(', ');

/** Whether content of this type is kept under `manifests/`; everything else is a blob. */
export function isManifestContent(mediaType: string): boolean {
  return isManifestType(mediaType) || isIndexType(mediaType);
}
