import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ReadableStore } from '../content/content-store.ts';
import type { DescribedManifest } from '../content/describe-manifest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { MAX_MANIFEST_BYTES, parseManifest, type ImageIndex } from '../content/manifest.ts';
import { verifiedStream } from '../content/verified-stream.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import { DSSE_ENVELOPE, OCI_INDEX, SIMPLE_SIGNING } from '../reference/media-types.ts';
import { asManifest } from './as-manifest.ts';
import { findTag, isCompanion, tagOf } from './index-entries.ts';
import type { LayoutReader } from './layout-reader.ts';
import { LayoutReferrers } from './layout-referrers.ts';

/**
 * An OCI layout as a store that is read: what crane, oras, skopeo and cosign write. Tags are
 * `org.opencontainers.image.ref.name` in index.json; bundles are untagged entries there.
 */
export class LayoutStore implements ReadableStore {
  readonly #reader: LayoutReader;
  readonly #referrers: LayoutReferrers;

  constructor(reader: LayoutReader) {
    this.#reader = reader;
    this.#referrers = new LayoutReferrers(reader);
  }

  /** @throws KongcrateError REFERENCE_INVALID without tag and digest where several artifacts are */
  async resolve(tagOrDigest?: string): Promise<Descriptor> {
    const entries = this.#entries();
    const found =
      tagOrDigest === undefined ? onlyOne(this.artifacts()) : this.#find(entries, tagOrDigest);
    if (found) return Promise.resolve(found);
    const known = entries.filter((entry) => !isCompanion(entry)).map(nameOf);
    throw this.#missing(
      tagOrDigest ?? 'an artifact',
      known.length > 0 ? `It holds: ${known.join(', ')}` : 'It is empty.',
    );
  }

  /**
   * What a reference without tag and digest can mean: `latest` alone where there is one, else every
   * artifact. Signatures, attestations and referrers are none, nor are the manifests of an index, or
   * signatures that others took the place of, where they have no name.
   * @throws KongcrateError NOT_FOUND when there is no layout; CONTENT_INVALID
   */
  artifacts(): readonly Descriptor[] {
    const entries = this.#entries();
    const latest = findTag(entries, 'latest');
    if (latest) return [latest];
    const listed = entries
      .filter((entry) => !isCompanion(entry))
      .map((entry) => ({ entry, document: this.#manifestOf(entry.digest)?.document }))
      .filter(({ document }) => document?.kind !== 'manifest' || !document.subject);
    const parts = new Set(listed.flatMap(({ document }) => manifestsIn(document)));
    const artifacts = listed.filter(
      ({ entry, document }) =>
        tagOf(entry) !== undefined || !(parts.has(entry.digest) || holdsSignatures(document)),
    );
    return [...new Map(artifacts.map(({ entry }) => [entry.digest, entry])).values()];
  }

  async peek(tag: string): Promise<Digest> {
    return (await this.resolve(tag)).digest;
  }

  async open(descriptor: Descriptor): Promise<Readable> {
    const source = this.#reader.streamBlob(descriptor.digest);
    if (source) return Promise.resolve(verifiedStream(source, descriptor));
    throw this.#missing(descriptor.digest, 'Copy the artifact again; part of it was left behind.');
  }

  /** Whether the content is there and whole: it is read and hashed, so damaged content is not. */
  async exists(descriptor: Descriptor): Promise<boolean> {
    const source = this.#reader.streamBlob(descriptor.digest);
    if (!source) return false;
    try {
      await finished(verifiedStream(source, descriptor).resume());
      return true;
    } catch (error) {
      if (isMismatch(error)) return false;
      throw error;
    }
  }

  /**
   * Finds referrers in index.json and, since `cosign save` leaves bundles out of it, among all
   * other blobs of at most 64 KiB.
   * @throws KongcrateError CONTENT_INVALID when there are more than 20,000 blobs
   */
  async referrers(subject: Digest, artifactType?: string): Promise<readonly Descriptor[]> {
    const listed = new Set(this.#entries().map((entry) => entry.digest));
    const found = this.#referrers.find(subject, listed);
    return Promise.resolve(
      found.filter((one) => artifactType === undefined || one.artifactType === artifactType),
    );
  }

  async tags(): Promise<readonly string[]> {
    const tags = this.#entries().map(tagOf);
    const named = tags.filter((tag) => tag !== undefined);
    return Promise.resolve([...new Set(named)].sort());
  }

  /** A digest may be a manifest that index.json does not list, such as an index's child. */
  #find(entries: readonly Descriptor[], tagOrDigest: string): Descriptor | undefined {
    if (!isDigest(tagOrDigest)) return findTag(entries, tagOrDigest);
    return (
      entries.find((entry) => entry.digest === tagOrDigest) ??
      this.#manifestOf(tagOrDigest)?.descriptor
    );
  }

  #manifestOf(digest: Digest): DescribedManifest | undefined {
    return asManifest(digest, this.#reader.readBlob(digest, MAX_MANIFEST_BYTES));
  }

  #entries(): readonly Descriptor[] {
    return (parseManifest(this.#reader.readIndex(), OCI_INDEX) as ImageIndex).manifests;
  }

  #missing(what: string, remedy: string): KongcrateError {
    return new KongcrateError('NOT_FOUND', `${what} is not in the layout ${this.#reader.name}`, {
      remedy,
    });
  }
}

function onlyOne(artifacts: readonly Descriptor[]): Descriptor | undefined {
  if (artifacts.length <= 1) return artifacts[0];
  const candidates = artifacts.map(nameOf);
  throw new KongcrateError('REFERENCE_INVALID', 'this layout holds several artifacts', {
    remedy: `Name one by tag or digest: ${candidates.join(', ')}`,
    details: { candidates },
  });
}

function nameOf(entry: Descriptor): string {
  return tagOf(entry) ?? entry.digest;
}

function manifestsIn(document: DescribedManifest['document'] | undefined): readonly Digest[] {
  return document?.kind === 'index' ? document.manifests.map(({ digest }) => digest) : [];
}

/** What stood under a `.sig` or `.att` tag once. */
function holdsSignatures(document: DescribedManifest['document'] | undefined): boolean {
  if (document?.kind !== 'manifest' || document.layers.length === 0) return false;
  return document.layers.every(
    ({ mediaType }) => mediaType === SIMPLE_SIGNING || mediaType === DSSE_ENVELOPE,
  );
}

function isMismatch(error: unknown): boolean {
  return (
    error instanceof KongcrateError &&
    (error.code === 'DIGEST_MISMATCH' || error.code === 'SIZE_MISMATCH')
  );
}
