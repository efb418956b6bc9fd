import type { Readable } from 'node:stream';
import type { CallOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { verifiedStream } from '../content/verified-stream.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { HttpResponse } from '../http/transport.ts';
import { answerError } from './answer-error.ts';
import { continuedBody } from './continued-body.ts';
import { ACCEPT_MANIFESTS, isManifestContent } from './manifest-types.ts';
import { blobPath, manifestPath, request, type Repository } from './repository.ts';

/**
 * Opens a blob, and goes on where it breaks off. The stream ends with an error unless it carries
 * exactly the descriptor's bytes, and never lets more through.
 * @throws KongcrateError NOT_FOUND, REGISTRY_ERROR, SIZE_MISMATCH before anything is read
 */
export async function openBlob(
  repository: Repository,
  descriptor: Descriptor,
  options: CallOptions,
): Promise<Readable> {
  const { signal } = options;
  const first = await request(repository, ['GET', blobPath(descriptor.digest)], { signal });
  const what = `blob ${descriptor.digest}`;
  if (first.status !== 200) throw await answerError(first, repository, { access: 'read', what });
  const length = lengthOf(first);
  if (length === undefined || length === descriptor.size)
    return verifiedStream(continuedBody(repository, { descriptor, first }, options), descriptor);
  first.discard();
  throw new KongcrateError(
    'SIZE_MISMATCH',
    `the registry announces ${length} bytes for ${what} instead of ${descriptor.size}`,
    {
      remedy: 'The registry holds damaged or exchanged content; do not use it. Publish it again.',
      details: { expected: descriptor.size, found: length },
    },
  );
}

/** Whether the registry has this content, with this size as far as it tells. */
export async function hasContent(
  repository: Repository,
  { mediaType, digest, size }: Descriptor,
  { signal }: CallOptions,
): Promise<boolean> {
  const isManifest = isManifestContent(mediaType);
  const response = await request(
    repository,
    ['HEAD', isManifest ? manifestPath(digest) : blobPath(digest)],
    { headers: isManifest ? { Accept: ACCEPT_MANIFESTS } : {}, signal },
  );
  if (response.status !== 200 && response.status !== 404)
    throw await answerError(response, repository, { access: 'read', what: digest });
  response.discard();
  return response.status === 200 && (lengthOf(response) ?? size) === size;
}

function lengthOf(response: HttpResponse): number | undefined {
  const length = response.header('content-length');
  return length === undefined ? undefined : Number(length);
}
