import { existsSync } from 'node:fs';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { digestOf } from '../reference/digest.ts';
import { isLayoutReference, parseRepositoryName } from '../reference/reference.ts';
import { MAX_BUNDLE_BYTES } from '../signing/read-file-subject.ts';
import { FileStore, snapshotOfFile } from './file-store.ts';
import { demandRepository } from './demand-repository.ts';
import type { InstallOptions } from './install-plugins.ts';
import { localRepository, type OpenedReference } from './open-store.ts';
import { readSourceFile } from './read-source-file.ts';
import { kindOfPath } from './read-source-tree.ts';

/** The most bytes a file may have: in base64 it has to fit the evidence that is kept. */
const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** Whether an argument of `install` is a file on this disk and no reference. */
export function isFile(argument: string, { bundle }: Pick<InstallOptions, 'bundle'>): boolean {
  if (bundle !== undefined) return true;
  const isPath = !isLayoutReference(argument) && existsSync(argument);
  return isPath && kindOfPath(argument) === 'file';
}

/**
 * Opens an archive on this disk and what vouches for it. Both are read here, once.
 * @throws KongcrateError USAGE: nothing says which plugin it is, who vouches for it, or which rule of
 *   a policy it is for; SOURCE_UNREADABLE, REFERENCE_INVALID
 */
export function openFile(path: string, options: InstallOptions): OpenedReference {
  const { as, bundle, limits, maxLayerBytes } = options;
  const name = demandTerms(path, options);
  const file = readSourceFile(path, MAX_FILE_BYTES);
  const vouching = bundle === undefined ? undefined : readSourceFile(bundle, MAX_BUNDLE_BYTES);
  const digest = digestOf(file);
  return {
    store: new FileStore(snapshotOfFile(file, vouching), digest, {
      name: path,
      ...(limits === undefined ? {} : { limits }),
      ...(maxLayerBytes === undefined ? {} : { maxLayerBytes }),
    }),
    repository: as === undefined ? localRepository(name) : parseRepositoryName(as),
    isNamed: as !== undefined,
    digest,
    file: path,
    format: () => path,
  };
}

/** What a reference says by itself, a file has to be told. */
function demandTerms(path: string, options: InstallOptions): string {
  const { bundle, allowUnsigned = false, expectedName } = options;
  demandRepository(path, options);
  if (expectedName === undefined)
    throw usage(`${path} does not say which plugin it is to be`, 'Name it with --plugin NAME.');
  if (bundle !== undefined && allowUnsigned)
    throw usage('--allow-unsigned contradicts --bundle', 'Leave out one of the two.');
  const isLeftToPolicy = (options.policies ?? []).length > 0;
  if (bundle === undefined && !allowUnsigned && !isLeftToPolicy)
    throw usage(
      `nothing says who made ${path}`,
      'Give the bundle beside it with --bundle (kongcrate sign FILE --key cosign.key --bundle OUT makes one), or --allow-unsigned if you must.',
    );
  return expectedName;
}

function usage(message: string, remedy: string): KongcrateError {
  return new KongcrateError('USAGE', message, { remedy });
}
