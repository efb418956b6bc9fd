import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import type { Digest } from '../../reference/digest.ts';
import type { LazyParty } from '../open-party.ts';
import { openStore, type OpenedReference, type OpenOptions } from '../open-store.ts';
import {
  publishArtifact,
  type PublishedSignatures,
  type PublishSignOptions,
} from '../publish-artifact.ts';
import { checkTarget, type PushOptions } from '../push-plugin.ts';
import { readSourceFile } from '../read-source-file.ts';
import { signatureFormatOf, type FormatOptions } from '../signature-format-of.ts';
import { decodeLock } from './decode-lock.ts';
import { buildLockArtifact } from './lock-artifact.ts';
import { lockInvalid } from './lock-invalid.ts';
import { MAX_LOCK_BYTES } from './read-lock.ts';

export type PublishLockOptions = OpenOptions &
  LazyParty &
  PublishSignOptions &
  Pick<FormatOptions, 'format'> &
  Pick<PushOptions, 'force' | 'dryRun'>;

export interface PublishedLockArtifact extends Pick<PublishedSignatures, 'signatures'> {
  /** Place and digest. */
  readonly reference: string;
  readonly digest: Digest;
  readonly tag: string;
  /** What nodes go by: they never follow an older one. ISO 8601, UTC. */
  readonly publishedAt: string;
}

/**
 * Publishes a lock for nodes that follow a tag: pushed, signed, read back and verified, and the tag
 * set last. Each time is another digest, since the time is signed along.
 * @param file a `kongcrate.lock`
 * @param reference with a tag, such as `registry.example/acme/fleet:stable`
 * @throws KongcrateError LOCK_INVALID, USAGE, SOURCE_UNREADABLE, TAG_EXISTS, and what the store and
 *   the signer refuse
 */
export async function publishLock(
  file: string,
  reference: string,
  options: PublishLockOptions,
): Promise<PublishedLockArtifact> {
  const format = signatureFormatOf(options);
  const bytes = readLockBytes(file);
  const target = await openStore(reference, options);
  const name = lockNameOf(target, reference);
  const publishedAt = options.createdAt ?? new Date();
  const artifact = buildLockArtifact({ bytes, name, publishedAt });
  const { digest } = artifact.manifest;
  const isTagged = await checkTarget(target, artifact.manifest, options);
  const described = { artifact, predicates: [], isTagged };
  const { signatures } =
    options.dryRun === true
      ? { signatures: [] }
      : await publishArtifact(target, described, { ...options, format });
  const { tag = '' } = target;
  const published = { reference: target.format({ digest }), digest, tag };
  return { ...published, publishedAt: publishedAt.toISOString(), signatures };
}

/** What a lock is called by those who follow it: logical repository and tag. Throws as {@link lockTagOf}. */
export function lockNameOf(opened: OpenedReference, reference: string): string {
  return `${opened.repository}:${lockTagOf(opened, reference)}`;
}

/** @throws KongcrateError USAGE without a tag, or with a digest */
export function lockTagOf(
  { tag, digest }: Pick<OpenedReference, 'tag' | 'digest'>,
  reference: string,
): string {
  if (tag !== undefined && digest === undefined) return tag;
  throw new KongcrateError('USAGE', `${reference} has no tag that could be followed`, {
    remedy: 'A lock is published under a tag, and followed by it: REPOSITORY:stable.',
  });
}

function readLockBytes(file: string): Buffer {
  const bytes = readSourceFile(file, MAX_LOCK_BYTES);
  try {
    decodeLock(bytes.toString('utf8'));
    return bytes;
  } catch (error) {
    throw lockInvalid(`${file} cannot be read: ${messageOf(error)}`);
  }
}
