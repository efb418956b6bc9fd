import type { HttpRequest, HttpResponse, Send } from '../http/transport.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Pauses } from './settle.ts';
import { isDigest, parseDigest, type Digest } from '../reference/digest.ts';

/** One repository of a registry, and the way there. */
export interface Repository {
  /** The origin that requests and credentials belong to. */
  readonly registry: URL;
  /** Its name in the registry, such as `acme/my-plugin`. */
  readonly name: string;
  readonly send: Send;
  /** Cuts out of the registry's words the login that it was sent. */
  readonly hide: (text: string) => string;
  /** How long to wait for other writers. */
  readonly pauses: Pauses;
}

/** What a request may have besides method and path. */
export interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly isRepeatable?: boolean;
}

/** OCI distribution-spec, "pulling manifests": the form of a tag. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Sends a request to a path of the repository, such as `blobs/sha256:…`. */
export function request(
  repository: Repository,
  [method, path]: readonly [HttpRequest['method'], string],
  { signal, ...parts }: RequestParts = {},
): Promise<HttpResponse> {
  return repository.send({
    method,
    url: new URL(`/v2/${repository.name}/${path}`, repository.registry),
    headers: {},
    ...parts,
    ...(signal ? { signal } : {}),
    mayAuthorize: true,
  });
}

/**
 * Where a manifest is found. What is neither tag nor digest never gets into a URL
 * (containers/image CVE-2024-3727).
 * @throws KongcrateError REFERENCE_INVALID
 */
export function manifestPath(tagOrDigest: string): string {
  if (isDigest(tagOrDigest) || TAG.test(tagOrDigest)) return `manifests/${tagOrDigest}`;
  throw new KongcrateError(
    'REFERENCE_INVALID',
    `${JSON.stringify(tagOrDigest)} is neither a tag nor a sha256 digest`,
    { remedy: 'A tag has letters, digits, dots, dashes and underscores, 128 at most.' },
  );
}

/** Where a blob is found. @throws KongcrateError REFERENCE_INVALID */
export function blobPath(digest: Digest): string {
  return `blobs/${parseDigest(digest)}`;
}

/** The repository as people write it. */
export function nameOf({ registry, name }: Repository): string {
  return `${registry.host}/${name}`;
}
