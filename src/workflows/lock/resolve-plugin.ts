import type { CallOptions } from '../../content/content-store.ts';
import type { InstallablePlugin } from '../../content/installable-plugin.ts';
import { sha256Of } from '../../content/hash-source.ts';
import type { WantedPlugin } from '../configuration/configuration.ts';
import { createVerifier, type TrustOptions } from '../create-verifier.ts';
import type { FetchOptions } from '../fetch-layer.ts';
import { fetchPlugin } from '../fetch-plugin.ts';
import { openForReading } from '../open-for-reading.ts';
import { openPinned, type OpenOptions } from '../open-store.ts';
import { verifyOpened } from '../verify-opened.ts';
import { withSpools } from '../with-spools.ts';
import type { Lock, LockedPlugin } from './lock.ts';
import { placeReference } from './place-reference.ts';

export interface ResolveOptions
  extends
    CallOptions,
    Omit<OpenOptions, 'as'>,
    Omit<TrustOptions, 'expectedName'>,
    Omit<FetchOptions, 'expectedName'> {}

interface Resolving {
  /** The configuration, which relative paths are relative to. */
  readonly file: string;
  /** What was locked before: what came from a repository must come from it again. */
  readonly before: Lock;
  readonly options: ResolveOptions;
}

/**
 * Reads a plugin's tag once, verifies what it points to, and reads what is in it.
 * @throws KongcrateError as the verifier, the store and the readers do
 */
export async function resolvePlugin(
  { reference, name, as }: WantedPlugin,
  { file, before, options }: Resolving,
): Promise<LockedPlugin> {
  const placed = placeReference(reference, file);
  const opened = await openPinned(placed, { ...options, as }, openForReading);
  const { repository } = opened;
  const [only, ...others] = before.plugins.filter((one) => one.repository === repository);
  const expected = name ?? (others.length === 0 ? only?.name : undefined);
  const trust = { ...options, ...(expected === undefined ? {} : { expectedName: expected }) };
  const subject = await verifyOpened(createVerifier(trust), opened, options);
  const content = await withSpools(undefined, options, async (spooling) =>
    contentOf(await fetchPlugin(subject, opened.store, { ...trust, spooling })),
  );
  return {
    ...{ reference, repository },
    digest: subject.reference.descriptor.digest,
    signers: subject.trust.kind === 'signed' ? subject.trust.signers : [],
    ...content,
  };
}

function contentOf({
  name,
  version,
  plan,
  files,
}: InstallablePlugin): Pick<LockedPlugin, 'name' | 'version' | 'layer' | 'files'> {
  return {
    name,
    ...(version === undefined ? {} : { version }),
    layer: plan.archiveDigest,
    files: new Map(files.map(({ path, bytes }) => [path, sha256Of(bytes)])),
  };
}
