import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { asWriteFailure } from '../errors/as-write-failure.ts';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { openArchive, type OpenArchiveOptions, type OpenedArchive } from './open-archive.ts';
import { withSpools } from './with-spools.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

export interface UnpackOptions extends OpenArchiveOptions {
  /** Where the files go; made when it is missing. */
  readonly directory: string;
}

export interface UnpackedArchive {
  readonly kind: OpenedArchive['kind'];
  readonly directory: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Writes an archive's files below a directory. The whole archive is checked first; nothing that
 * exists is overwritten, and no link below the directory is followed.
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED, and as {@link openArchive}
 */
export function unpackArchive(file: string, options: UnpackOptions): Promise<UnpackedArchive> {
  return withSpools(options.directory, options, async (spooling) =>
    writeFiles(await openArchive(file, { ...options, spooling }), options),
  );
}

function writeFiles({ kind, plan }: OpenedArchive, options: UnpackOptions): UnpackedArchive {
  const directory = makeDirectory(options.directory);
  for (const { path } of plan.files) demandAbsent(join(directory, path));
  for (const { path, bytes } of plan.files) {
    makeParents(directory, path);
    writeNewFile(join(directory, path), bytes, 0o644);
  }
  const files = plan.files.map(({ path, bytes }) => ({ path, size: bytes.length }));
  return { kind, directory, files };
}

function makeDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}

/** One level after the other: a link in between would lead out of the directory. */
function makeParents(directory: string, path: string): void {
  let current = directory;
  for (const segment of path.split('/').slice(0, -1)) {
    current = join(current, segment);
    try {
      mkdirSync(current);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw asWriteFailure(current, error);
      if (!lstatSync(current, { throwIfNoEntry: false })?.isDirectory())
        throw new KongcrateError('NOT_OURS', `${current} is no directory`, {
          remedy: 'Unpack into an empty directory.',
          cause: error,
        });
    }
  }
}
