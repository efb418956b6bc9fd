import { existsSync } from 'node:fs';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { digestOf } from '../reference/digest.ts';
import { isLayoutReference, parseRepositoryName } from '../reference/reference.ts';
import { MAX_BUNDLE_BYTES } from '../signing/read-file-subject.ts';
import { layerLimits } from './fetch-layer.ts';
import { FileStore, snapshotOfFile } from './file-store.ts';
import type { DownloadOptions } from './download-file.ts';
import { isArchiveUrl, isFileUrl, nameOfUrl } from './file-url.ts';
import { demandRepository } from './demand-repository.ts';
import type { InstallOptions } from './install-plugins.ts';
import { localRepository, type OpenedReference } from './open-store.ts';
import { readSourceFile } from './read-source-file.ts';
import { kindOfPath } from './read-source-tree.ts';

/** The most bytes a file may have: in base64 it has to fit the evidence that is kept. */
const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** Whether an argument of `install` is a file, on this disk or by its URL, and no reference. */
export function isFile(argument: string, { bundle }: Pick<InstallOptions, 'bundle'>): boolean {
  if (bundle !== undefined) return true;
  if (isArchiveUrl(argument)) return true;
  const isPath = !isLayoutReference(argument) && existsSync(argument);
  return isPath && kindOfPath(argument) === 'file';
}

/**
 * Opens an archive, on this disk or by its URL, and what vouches for it. Both are read here, once.
 * @throws KongcrateError USAGE: nothing says which plugin it is, who vouches for it, or which rule of
 *   a policy it is for; SOURCE_UNREADABLE, REFERENCE_INVALID, and as downloads fail
 */
export async function openFile(
  argument: string,
  options: InstallOptions,
): Promise<OpenedReference> {
  const { as, bundle, limits, maxLayerBytes } = options;
  const path = isFileUrl(argument) ? nameOfUrl(new URL(argument)) : argument;
  const name = demandTerms(path, options);
  const file = await readFile(argument, options);
  const vouching = bundle === undefined ? undefined : await readBundle(bundle, options);
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

async function readFile(argument: string, options: InstallOptions): Promise<Uint8Array> {
  if (!isFileUrl(argument)) return readSourceFile(argument, MAX_FILE_BYTES);
  const { downloadFile } = await import('./download-file.ts');
  const limited = layerLimits(options);
  if (limited.limitBytes <= MAX_FILE_BYTES) return downloadFile(argument, limited);
  return downloadFile(argument, { ...connectionOf(options), limitBytes: MAX_FILE_BYTES });
}

async function readBundle(bundle: string, options: InstallOptions): Promise<Uint8Array> {
  if (!isFileUrl(bundle)) return readSourceFile(bundle, MAX_BUNDLE_BYTES);
  const { downloadFile } = await import('./download-file.ts');
  return downloadFile(bundle, { ...connectionOf(options), limitBytes: MAX_BUNDLE_BYTES });
}

function connectionOf({ registry, signal }: InstallOptions): Omit<DownloadOptions, 'limitBytes'> {
  return { registry, ...(signal ? { signal } : {}) };
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
