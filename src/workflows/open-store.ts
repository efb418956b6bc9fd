import { basename, resolve } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { OciLayoutStore } from '../layout/oci-layout-store.ts';
import type { Digest } from '../reference/digest.ts';
import {
  formatReference,
  parseReference,
  parseRepositoryName,
  type LayoutReference,
} from '../reference/reference.ts';

/** A reference with the store behind it and the name that signatures see. */
export interface OpenedReference {
  readonly store: ContentStore;
  /** The logical repository, such as `registry.example/acme/my-plugin`. */
  readonly repository: string;
  /** Whether somebody chose that name; a layout's default only repeats its directory's. */
  readonly isNamed: boolean;
  readonly tag?: string;
  readonly digest?: Digest;
  /** Writes a reference to something else in the same place, as the user would type it. */
  format(target: { readonly tag?: string; readonly digest?: Digest }): string;
}

/**
 * Opens the store that a reference names.
 * @param as the logical repository of a layout (`--as`); default `localhost/<directory name>`
 * @throws KongcrateError REFERENCE_INVALID, USAGE
 */
export function openStore(text: string, as?: string): OpenedReference {
  const reference = parseReference(text);
  if (reference.kind === 'registry')
    throw new KongcrateError('USAGE', `${text} is in a registry, which this version cannot reach`, {
      remedy: 'Use an OCI layout: oci-layout:DIRECTORY:TAG; oras and crane copy it to a registry.',
    });
  return {
    store: new OciLayoutStore(reference.path),
    repository: as === undefined ? defaultRepository(reference) : parseRepositoryName(as),
    isNamed: as !== undefined,
    ...(reference.tag === undefined ? {} : { tag: reference.tag }),
    ...(reference.digest === undefined ? {} : { digest: reference.digest }),
    format: (target) => formatReference({ kind: 'layout', path: reference.path, ...target }),
  };
}

/** An opened reference whose tag has been read. */
export interface PinnedStore extends OpenedReference {
  readonly pinned: PinnedReference;
}

/** Opens a reference and reads its tag: the one time that happens in a command. */
export async function openPinned(
  text: string,
  options: CallOptions & { readonly as?: string | undefined } = {},
): Promise<PinnedStore> {
  const opened = openStore(text, options.as);
  return { ...opened, pinned: await pinReference(opened.store, opened, options) };
}

function defaultRepository(reference: LayoutReference): string {
  const name = basename(resolve(reference.path))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `localhost/${name.length < 2 ? `layout-${name}`.replace(/-$/, '') : name}`;
}
