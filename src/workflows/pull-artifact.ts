import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { craneTarball } from '../archive/crane-tarball.ts';
import { copyGraph } from '../content/copy-graph.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { readContent, refuseLarger, withProgress } from '../content/read-content.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { OciLayoutStore } from '../layout/oci-layout-store.ts';
import type { Digest } from '../reference/digest.ts';
import { layerLimits, onlyLayerOf, type FetchOptions } from './fetch-layer.ts';
import { openForReading } from './open-for-reading.ts';
import { openPinned, type PinnedArtifact, type OpenOptions } from './open-store.ts';
import { createVerifier, type InstallTrust } from './create-verifier.ts';
import { verifyOpened } from './verify-opened.ts';
import { demandAbsent, streamNewFile } from './write-new-file.ts';

/** `crane`: the tarball `crane pull` writes; `oci`: a layout directory; `layer`: the inner archive. */
export type PullFormat = 'crane' | 'oci' | 'layer';

export interface PullOptions extends OpenOptions, InstallTrust, FetchOptions {
  /**
   * The file, or for `oci` the directory, to write; an existing file is never overwritten. Without
   * it the bytes come back as `content`.
   */
  readonly output?: string;
  /** Default `crane`. */
  readonly format?: PullFormat;
}

export interface PulledArtifact {
  readonly reference: string;
  readonly digest: Digest;
  /** Where it was written. */
  readonly output?: string;
  /** The file itself, where no output was named. */
  readonly content?: Buffer;
  readonly format: PullFormat;
  readonly subject: VerifiedSubject;
}

/**
 * Verifies an artifact and writes it to disk, or gives it back.
 * @throws KongcrateError NOT_OURS when the output exists, USAGE for a layout without output, and as
 *   verification and reading refuse
 */
export async function pullArtifact(
  reference: string,
  options: PullOptions,
): Promise<PulledArtifact> {
  const { output, format = 'crane' } = options;
  const directory = format === 'oci' ? demandDirectory(output) : undefined;
  if (output !== undefined) demandAbsent(output);
  const opened = await openPinned(reference, options, openForReading);
  // A layout carries all signatures along; for a file one a key is enough.
  const verifier = createVerifier({ ...options, stopOnceSigned: directory === undefined });
  const subject = await verifyOpened(verifier, opened, options);
  const { digest } = opened.pinned.descriptor;
  const pulled = { reference: opened.format({ digest }), digest, format, subject };
  if (directory !== undefined) {
    await writeLayout(opened, subject, { ...options, output: directory });
    return { ...pulled, output: directory };
  }
  const content = Readable.from(
    format === 'layer'
      ? await openLayer(onlyLayerOf(subject), opened, options)
      : await openTarball(opened, subject, options),
    { objectMode: false },
  );
  if (output === undefined) return { ...pulled, content: await buffer(content) };
  await streamNewFile(output, content, 0o644);
  return { ...pulled, output };
}

function demandDirectory(output: string | undefined): string {
  if (output !== undefined) return output;
  throw new KongcrateError('USAGE', 'an OCI layout is a directory: it needs a path', {
    remedy: 'Name a directory with -o, or choose --format crane or layer.',
  });
}

/** It is written while it is hashed: where it goes to, it has no name before all of it is right. */
async function openLayer(
  layer: Descriptor,
  { store }: PinnedArtifact,
  options: PullOptions,
): Promise<AsyncIterable<Uint8Array>> {
  refuseLarger(layer, layerLimits(options));
  return withProgress(await store.open(layer, options), layer, options);
}

async function openTarball(
  opened: PinnedArtifact,
  subject: VerifiedSubject,
  options: PullOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const layer = onlyLayerOf(subject);
  refuseLarger(layer, layerLimits(options));
  const config = await readContent(opened.store, subject.manifest.config, {
    ...options,
    limitBytes: MAX_MANIFEST_BYTES,
  });
  // crane writes this tag for every reference by digest.
  const tag = opened.digest === undefined ? (opened.tag ?? 'latest') : 'i-was-a-digest';
  return craneTarball({
    config,
    layers: [layer],
    open: (each) => openLayer(each, opened, options),
    repoTag: `${opened.repository}:${tag}`,
  });
}

/** The subject with the signatures that were accepted, so that the layout verifies again. */
async function writeLayout(
  opened: PinnedArtifact,
  { evidence }: VerifiedSubject,
  options: PullOptions & { readonly output: string },
): Promise<void> {
  const stores = { from: opened.store, to: new OciLayoutStore(options.output) };
  const signatures = { ...stores, from: opened.signatures?.store ?? opened.store };
  const limits = { ...layerLimits(options), concurrency: options.registry?.concurrency };
  const { descriptor } = opened.pinned;
  await copyGraph(descriptor, stores, limits);
  for (const one of [...Object.values(evidence.tags), ...evidence.referrers])
    await copyGraph(one, signatures, limits);
  for (const [tag, tagged] of Object.entries(evidence.tags)) await stores.to.tag(tagged, tag);
  if (opened.tag !== undefined) await stores.to.tag(descriptor, opened.tag);
}
