import { DEFAULT_ARCHIVE_LIMITS } from '../archive/archive-limits.ts';
import { openTar } from '../archive/open-tar.ts';
import { scanTar } from '../archive/scan-tar.ts';
import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import type { PlannedFile } from '../content/extraction-plan.ts';
import type { InstallablePlugin } from '../content/installable-plugin.ts';
import { nameSigner } from '../content/signer-id.ts';
import type { TrustBasis, VerifiedSubject } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type {
  ExportedFile,
  ExportedPlugin,
  ExportSettings,
  ExportTarget,
  Renderer,
} from '../export/exported-plugin.ts';
import type { Digest } from '../reference/digest.ts';
import { isImageLayerType } from '../reference/media-types.ts';
import { isLayoutReference } from '../reference/reference.ts';
import { createVerifier, type InstallTrust } from './create-verifier.ts';
import { fetchLayer, type FetchOptions } from './fetch-layer.ts';
import { readPlugin } from './fetch-plugin.ts';
import { openForReading } from './open-for-reading.ts';
import { openPinned, type OpenOptions } from './open-store.ts';
import { verifyOpened } from './verify-opened.ts';
import { withSpools } from './with-spools.ts';

export interface ExportOptions extends OpenOptions, InstallTrust, FetchOptions, ExportSettings {
  readonly to: ExportTarget;
}

export interface ExportedArtifact {
  /** Place and digest; the files name nothing else. */
  readonly reference: string;
  readonly digest: Digest;
  readonly to: ExportTarget;
  readonly name: string;
  readonly version?: string;
  readonly files: readonly ExportedFile[];
  readonly subject: VerifiedSubject;
}

/** The code for each target, loaded when it is asked for. */
const RENDERERS: Readonly<Record<ExportTarget, () => Promise<Renderer>>> = {
  dockerfile: async () => (await import('../export/render-dockerfile.ts')).renderDockerfile,
  'docker-run': async () => (await import('../export/render-docker-run.ts')).renderDockerRun,
  kubernetes: async () => (await import('../export/render-init-container.ts')).renderInitContainer,
  'kubernetes-volume': async () =>
    (await import('../export/render-image-volume.ts')).renderImageVolume,
  operator: async () => (await import('../export/render-operator.ts')).renderOperator,
  helm: async () => (await import('../export/render-helm.ts')).renderHelm,
};

export const EXPORT_TARGETS: readonly string[] = Object.keys(RENDERERS);

/** Whoever builds or runs these fetches the artifact itself. */
const FETCHED: ReadonlySet<ExportTarget> = new Set([
  'dockerfile',
  'kubernetes',
  'kubernetes-volume',
  'operator',
]);

/**
 * Verifies an artifact and writes what another way to Kong nodes needs for it, by its digest.
 * Nothing is written to disk.
 * @throws KongcrateError USAGE for a layout that whoever is to fetch it cannot reach;
 *   PLUGIN_REFUSED for what the target would not take; and as verification and reading refuse
 */
export async function exportArtifact(
  reference: string,
  options: ExportOptions,
): Promise<ExportedArtifact> {
  const { to } = options;
  if (FETCHED.has(to) && isLayoutReference(reference)) throw outOfReach(reference, to);
  const verifier = createVerifier({ ...options, stopOnceSigned: true });
  const opened = await openPinned(reference, options, openForReading);
  const subject = await verifyOpened(verifier, opened, options);
  const { entries, plugin: found } = await withSpools(undefined, options, async (spooling) => {
    const spooled = { ...options, spooling };
    const layer = await fetchLayer(subject, opened.store, spooled);
    const read = entriesOf(subject, layer, options);
    return { entries: read, plugin: held(await readPlugin(subject, layer, spooled)) };
  });
  const { name, version, files } = found;
  const { digest } = opened.pinned.descriptor;
  const pinned = opened.format({ digest });
  const plugin: ExportedPlugin = {
    name,
    ...(version === undefined ? {} : { version }),
    files,
    entries,
    manifest: subject.manifest,
    reference: pinned,
    source: reference,
    trust: describeTrust(subject.trust),
  };
  const render = await RENDERERS[to]();
  const about = { name, ...(version === undefined ? {} : { version }), digest, to };
  return { ...about, reference: pinned, files: render(plugin, options), subject };
}

function outOfReach(reference: string, to: ExportTarget): KongcrateError {
  return new KongcrateError('USAGE', `${reference} is on this disk, and ${to} needs a registry`, {
    remedy: `Bring it to one, kongcrate copy ${reference} REGISTRY/REPOSITORY, and export that; docker-run and helm do without.`,
  });
}

/** What becomes text is in memory; the spools that the files stand in are given back. */
function held({
  name,
  version,
  files,
}: InstallablePlugin): Pick<ExportedPlugin, 'name' | 'files'> & { readonly version?: string } {
  const whole = files.map(({ path, bytes }) => ({ path, bytes: wholeOf(bytes) }));
  return { name, ...(version === undefined ? {} : { version }), files: whole };
}

/** Of an image's layer only: other targets do not look at the entries of anything else. */
function entriesOf(
  { manifest }: VerifiedSubject,
  layer: ByteSource,
  { limits = DEFAULT_ARCHIVE_LIMITS }: ExportOptions,
): readonly PlannedFile[] {
  const isTar = manifest.layers.every(({ mediaType }) => isImageLayerType(mediaType));
  return isTar ? scanTar(openTar(wholeOf(layer), limits.maxUnpackedBytes)) : [];
}

function describeTrust(trust: TrustBasis): string {
  if (trust.kind === 'unsigned') return 'NOT SIGNED';
  return `signed by ${trust.signers.map(nameSigner).join(' and ')}`;
}
