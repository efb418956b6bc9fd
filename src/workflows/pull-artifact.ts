import { writeCraneTarball } from '../archive/crane-tarball.ts';
import { copyContent } from '../content/copy-content.ts';
import { readContent } from '../content/read-content.ts';
import { describe } from '../content/descriptor.ts';
import { describeManifest } from '../content/describe-manifest.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { OciLayoutStore } from '../layout/oci-layout-store.ts';
import type { Digest } from '../reference/digest.ts';
import { DEFAULT_MAX_LAYER_BYTES, fetchLayer, type FetchOptions } from './fetch-plugin.ts';
import { openPinned, type PinnedStore } from './open-store.ts';
import { createVerifier, type TrustOptions } from './verify-artifact.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

/** `crane`: the tarball `crane pull` writes; `oci`: a layout directory; `layer`: the inner archive. */
export type PullFormat = 'crane' | 'oci' | 'layer';

export interface PullOptions extends TrustOptions, FetchOptions {
  /** The file, or for `oci` the directory, to write; an existing file is never overwritten. */
  readonly output: string;
  /** Default `crane`. */
  readonly format?: PullFormat;
  readonly as?: string;
  readonly allowUnsigned?: boolean;
}

export interface PulledArtifact {
  readonly reference: string;
  readonly digest: Digest;
  readonly output: string;
  readonly format: PullFormat;
  readonly subject: VerifiedSubject;
}

/**
 * Verifies an artifact and writes it to disk.
 * @throws KongcrateError NOT_OURS when the output exists, and as verification and reading refuse
 */
export async function pullArtifact(
  reference: string,
  options: PullOptions,
): Promise<PulledArtifact> {
  const format = options.format ?? 'crane';
  if (format !== 'oci') demandAbsent(options.output);
  const opened = await openPinned(reference, options);
  const verifier = createVerifier(options, options.allowUnsigned);
  const subject = await verifier.verify(opened.pinned, opened.store, options);
  if (format === 'oci') await writeLayout(opened, subject, options);
  else
    writeNewFile(options.output, await renderFile(opened, subject, { ...options, format }), 0o644);
  const { digest } = opened.pinned.descriptor;
  return { reference: opened.format({ digest }), digest, output: options.output, format, subject };
}

async function renderFile(
  opened: PinnedStore,
  subject: VerifiedSubject,
  options: PullOptions & { readonly format: 'crane' | 'layer' },
): Promise<Buffer> {
  const layer = await fetchLayer(subject, opened.store, options);
  if (options.format === 'layer') return layer;
  const config = await readContent(opened.store, subject.manifest.config, {
    ...options,
    limitBytes: MAX_MANIFEST_BYTES,
  });
  // crane writes this tag for every reference by digest.
  const tag = opened.digest === undefined ? (opened.tag ?? 'latest') : 'i-was-a-digest';
  return writeCraneTarball({ config, layers: [layer], repoTag: `${opened.repository}:${tag}` });
}

const OCTETS = 'application/octet-stream';

/** The subject with the signatures that were accepted, so that the layout verifies again. */
async function writeLayout(
  opened: PinnedStore,
  subject: VerifiedSubject,
  options: PullOptions,
): Promise<void> {
  const to = new OciLayoutStore(options.output);
  const limitBytes = options.maxLayerBytes ?? DEFAULT_MAX_LAYER_BYTES;
  const { config, layers } = subject.manifest;
  for (const descriptor of [config, ...layers])
    await copyContent(descriptor, { from: opened.store, to }, { ...options, limitBytes });
  for (const bytes of subject.evidence.blobs.values())
    await to.push(describeManifest(bytes)?.descriptor ?? describe(OCTETS, bytes), bytes);
  for (const [tag, descriptor] of Object.entries(subject.evidence.tags))
    await to.tag(descriptor, tag);
  if (opened.tag !== undefined) await to.tag(opened.pinned.descriptor, opened.tag);
}
