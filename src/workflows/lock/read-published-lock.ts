import { readContent } from '../../content/read-content.ts';
import type { VerifiedSubject } from '../../content/verified-subject.ts';
import type { CallOptions, ReadableStore } from '../../content/content-store.ts';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import {
  CREATED_ANNOTATION,
  LOCK_ARTIFACT_TYPE,
  LOCK_NAME_ANNOTATION,
} from '../../reference/media-types.ts';
import { decodeLock } from './decode-lock.ts';
import { lockInvalid } from './lock-invalid.ts';
import type { PublishedLock } from './lock-source.ts';
import type { Lock } from './lock.ts';
import { MAX_LOCK_BYTES } from './read-lock.ts';

const REMEDY = 'Publish it with kongcrate publish kongcrate.lock REPOSITORY:TAG.';

/**
 * Reads the lock in an artifact that was verified.
 * @param name what it must be called: another one's, under this tag, is as good as none
 * @throws KongcrateError LOCK_INVALID, IDENTITY_MISMATCH, and as content is read
 */
export async function readPublishedLock(
  name: string,
  subject: VerifiedSubject,
  { store, ...options }: CallOptions & { readonly store: ReadableStore },
): Promise<{ readonly lock: Lock; readonly published: PublishedLock }> {
  const { manifest, reference } = subject;
  const { digest } = reference.descriptor;
  const [layer, ...others] = manifest.layers;
  if (layer?.mediaType !== LOCK_ARTIFACT_TYPE || others.length > 0)
    throw lockInvalid(`${name} (${digest}) is no lock`, REMEDY);
  const signedName = manifest.annotations[LOCK_NAME_ANNOTATION] ?? 'no name';
  if (signedName !== name)
    throw new KongcrateError('IDENTITY_MISMATCH', `${name} is the lock of ${signedName}`, {
      remedy: `Publish the lock for ${name} itself; if nobody copied it, find out who moved the tag.`,
    });
  const publishedAt = timeIn(manifest.annotations[CREATED_ANNOTATION], name);
  const bytes = await readContent(store, layer, { ...options, limitBytes: MAX_LOCK_BYTES });
  return { lock: decode(bytes, name), published: { name, digest, publishedAt } };
}

function timeIn(text: string | undefined, name: string): string {
  const time = new Date(text ?? NaN);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw lockInvalid(`${name} does not say when it was published`, REMEDY);
}

function decode(bytes: Buffer, name: string): Lock {
  try {
    return decodeLock(bytes.toString('utf8'));
  } catch (error) {
    throw lockInvalid(`the lock of ${name} cannot be read: ${messageOf(error)}`);
  }
}
