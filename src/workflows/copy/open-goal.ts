import { mkdtempSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ContentStore } from '../../content/content-store.ts';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { OciLayoutStore } from '../../layout/oci-layout-store.ts';
import { formatReference, parseReference, type Reference } from '../../reference/reference.ts';
import { openStore, type OpenOptions } from '../open-store.ts';
import { demandAbsent } from '../write-new-file.ts';
import { writeArchive } from './write-archive.ts';

/** Where copies go. */
export interface Goal {
  readonly reference: Reference;
  readonly store: ContentStore;
  /** The layout directory that is written, where it is one; of an archive, a temporary one. */
  readonly directory?: string;
  format(target: Pick<Reference, 'tag' | 'digest'>): string;
  /** Ends a copy that succeeded. */
  finish(): Promise<void>;
  /** Takes away what only the copy needed, whether it succeeded or not. */
  close(): void;
}

/**
 * Opens the target of a copy. An archive is written as a layout beside its place first.
 * @throws KongcrateError NOT_OURS for an archive that exists; REFERENCE_INVALID, INSTALL_FAILED
 */
export async function openGoal(text: string, options: OpenOptions): Promise<Goal> {
  const reference = parseReference(text);
  const goal = { reference, finish: () => Promise.resolve(), close: () => undefined };
  if (reference.kind === 'archive') return { ...goal, ...openArchive(reference.path) };
  const opened = await openStore(text, options);
  const directory = reference.kind === 'layout' ? { directory: reference.path } : {};
  return { ...goal, ...directory, store: opened.store, format: (one) => opened.format(one) };
}

function openArchive(path: string): Omit<Goal, 'reference'> {
  demandAbsent(path);
  const directory = makeDirectoryBeside(path);
  return {
    directory,
    store: new OciLayoutStore(directory),
    format: (target) => formatReference({ kind: 'archive', path, ...target }),
    finish: () => writeArchive(directory, path),
    close: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function makeDirectoryBeside(path: string): string {
  try {
    return mkdtempSync(join(dirname(path), `${basename(path).slice(0, 50)}.partial-`));
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}
