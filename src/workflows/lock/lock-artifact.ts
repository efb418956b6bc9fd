import { describe } from '../../content/descriptor.ts';
import { goJson } from '../../content/go-json.ts';
import type { Artifact } from '../../plugin/artifact.ts';
import {
  CREATED_ANNOTATION,
  LOCK_ARTIFACT_TYPE,
  LOCK_NAME_ANNOTATION,
  OCI_EMPTY,
  OCI_MANIFEST,
  TITLE_ANNOTATION,
} from '../../reference/media-types.ts';

export interface LockSubject {
  /** The lock's own bytes. */
  readonly bytes: Uint8Array;
  /** Repository and tag: found under another name it is not the lock that was meant. */
  readonly name: string;
  readonly publishedAt: Date;
}

/**
 * Puts a lock into an artifact with an empty config (OCI image-spec 1.1, "Guidelines for Artifact
 * Usage"). Signatures cover the manifest, and so name and time.
 */
export function buildLockArtifact({ bytes, name, publishedAt }: LockSubject): Artifact {
  const empty = Buffer.from('{}');
  const config = describe(OCI_EMPTY, empty);
  const layer = describe(LOCK_ARTIFACT_TYPE, bytes);
  const document = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: LOCK_ARTIFACT_TYPE,
    config,
    layers: [{ ...layer, annotations: { [TITLE_ANNOTATION]: 'kongcrate.lock' } }],
    annotations: {
      [LOCK_NAME_ANNOTATION]: name,
      [CREATED_ANNOTATION]: publishedAt.toISOString(),
    },
  };
  const manifestBytes = Buffer.from(goJson(document));
  const manifest = describe(OCI_MANIFEST, manifestBytes);
  return {
    manifest,
    contents: [
      { descriptor: config, content: empty },
      { descriptor: layer, content: bytes },
      { descriptor: manifest, content: manifestBytes },
    ],
  };
}
