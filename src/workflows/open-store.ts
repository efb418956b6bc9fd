import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { OciLayoutStore } from '../layout/oci-layout-store.ts';
import type { Digest } from '../reference/digest.ts';
import {
  formatReference,
  isLayoutReference,
  parseReference,
  parseRepositoryName,
  type LayoutReference,
  type Reference,
  type RegistryReference,
} from '../reference/reference.ts';
import type { SignaturePlace } from '../signing/verifier.ts';
import { refuseBlocked } from './mirrors/find-rule.ts';
import type { Mirrors } from './mirrors/mirror-rule.ts';
import { openRepository, type RegistryAccess } from './open-repository.ts';
import { kindOfPath } from './read-source-tree.ts';

const ARCHIVE_ENDING = /\.(?:tar|tar\.gz|tgz)$/;

/** A reference with the store behind it and the name that signatures see. */
export interface OpenedReference {
  readonly store: ContentStore;
  /** Where its signatures are, if not in the same store. */
  readonly signatures?: SignaturePlace & { readonly store: ContentStore };
  /** The logical repository, such as `registry.example/acme/my-plugin`. */
  readonly repository: string;
  /** Whether somebody chose that name; a layout's default only repeats its directory's. */
  readonly isNamed: boolean;
  readonly tag?: string;
  readonly digest?: Digest;
  /** The path of the file that this is, in place of a manifest in a store. */
  readonly file?: string;
  /** Writes a reference to something else in the same place, as the user would type it. */
  format(target: { readonly tag?: string; readonly digest?: Digest }): string;
}

export interface OpenOptions {
  /** The logical repository of a layout or archive (`--as`); default `localhost/<its name>`. */
  readonly as?: string | undefined;
  /**
   * The repository that holds the signatures of what is in registries, as cosign's variable
   * COSIGN_REPOSITORY says it: there they are written, and looked for there alone. A layout keeps
   * its own.
   */
  readonly signatureRepository?: string | undefined;
  /** Without it registries are asked anonymously. */
  readonly registry?: RegistryAccess;
  /** Where registries are mirrored, for what only reads; what they block is not written to either. */
  readonly mirrors?: Mirrors;
}

/**
 * Opens the store that a reference names. Nothing is sent yet.
 * @throws KongcrateError REFERENCE_INVALID, REGISTRY_BLOCKED, USAGE; for an archive, which is listed
 *   here, NOT_FOUND, SOURCE_UNREADABLE, ARCHIVE_REFUSED
 */
export async function openStore(text: string, options: OpenOptions): Promise<OpenedReference> {
  if (!isLayoutReference(text) && existsSync(text)) throw isPath(text);
  const reference = parseReference(text);
  return reference.kind === 'registry'
    ? openRegistry(reference, options)
    : openLayout(reference, options.as);
}

async function openLayout(
  { kind, path, ...labels }: LayoutReference,
  as: string | undefined,
): Promise<OpenedReference> {
  const title = basename(resolve(path)).replace(kind === 'archive' ? ARCHIVE_ENDING : '', '');
  return {
    store: kind === 'archive' ? await openArchive(path) : new OciLayoutStore(path),
    repository: as === undefined ? localRepository(title) : parseRepositoryName(as),
    isNamed: as !== undefined,
    ...labels,
    format: (target) => formatReference({ kind, path, ...target }),
  };
}

async function openArchive(path: string): Promise<ContentStore> {
  const [{ openArchivedLayout }, { ArchivedLayoutStore }] = await Promise.all([
    import('./open-archived-layout.ts'),
    import('../layout/archived-layout-store.ts'),
  ]);
  return new ArchivedLayoutStore(openArchivedLayout(path));
}

async function openRegistry(
  reference: RegistryReference,
  { as, signatureRepository, registry = {}, mirrors }: OpenOptions,
): Promise<OpenedReference> {
  if (as !== undefined)
    throw new KongcrateError('USAGE', `--as ${as} renames a layout, and this is a registry`, {
      remedy: 'Leave --as out: a registry says its repository itself.',
    });
  const { host, path } = reference;
  const repository = `${host}/${path}`;
  const elsewhere =
    signatureRepository === undefined ? repository : parseRepositoryName(signatureRepository);
  if (mirrors) for (const name of [repository, elsewhere]) refuseBlocked(mirrors, name);
  return {
    store: await openRepository(repository, registry),
    ...(elsewhere === repository
      ? {}
      : {
          signatures: { repository: elsewhere, store: await openRepository(elsewhere, registry) },
        }),
    repository,
    isNamed: true,
    ...labelsOf(reference),
    format: (target) => formatReference({ kind: 'registry', host, path, ...target }),
  };
}

function labelsOf({ tag, digest }: Reference): Pick<OpenedReference, 'tag' | 'digest'> {
  return { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** An opened reference whose tag has been read. */
export interface PinnedArtifact extends OpenedReference {
  readonly pinned: PinnedReference;
}

/**
 * Opens a reference and reads its tag: the one time that happens in a command.
 * @param open `openStore` for what is written to, `openForReading` for what is not
 */
export async function openPinned(
  text: string,
  options: CallOptions & OpenOptions,
  open: typeof openStore,
): Promise<PinnedArtifact> {
  const opened = await open(text, options);
  return { ...opened, pinned: await pinReference(opened.store, opened, options) };
}

function isPath(text: string): KongcrateError {
  const isDirectory = kindOfPath(text) === 'directory';
  const what = isDirectory ? 'a directory' : 'a file';
  return new KongcrateError('REFERENCE_INVALID', `${text} is ${what} on this disk, no reference`, {
    remedy: isDirectory
      ? `For an OCI layout there, write oci-layout:${text}; push and publish take the source first.`
      : `For an OCI layout in a tar, write oci-archive:${text}. Push a plugin's archive to a layout first (kongcrate push FILE oci-layout:DIRECTORY:TAG); sign, verify and install take a file with --bundle.`,
  });
}

/** The logical repository of what has none: `localhost/<name>`, in letters that repositories have. */
export function localRepository(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `localhost/${name.length < 2 ? `layout-${name}`.replace(/-$/, '') : name}`;
}
