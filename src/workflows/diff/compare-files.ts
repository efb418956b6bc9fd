import type { ArchivedFile } from '../../content/extraction-plan.ts';
import { digestOfSource } from '../../content/hash-source.ts';
import type { Digest } from '../../reference/digest.ts';
import { LineBudget, type LineDifference } from './line-budget.ts';

export interface ComparedFile {
  /** In bytes. */
  readonly size: number;
  readonly digest: Digest;
}

export interface FileDifference extends LineDifference {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: ComparedFile;
  readonly after?: ComparedFile;
}

/** What differs between two lists of files, by path; the modes of packed files are all the same. */
export function compareFiles(
  before: readonly ArchivedFile[],
  after: readonly ArchivedFile[],
): readonly FileDifference[] {
  const budget = new LineBudget();
  const [old, next] = [byPath(before), byPath(after)];
  const paths = [...new Set([...old.keys(), ...next.keys()])].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return paths.flatMap((path) => {
    const [one, other] = [old.get(path), next.get(path)];
    const [was, is] = [one && describe(one), other && describe(other)];
    if (was?.digest === is?.digest) return [];
    return [
      {
        path,
        change: was ? (is ? 'changed' : 'removed') : 'added',
        ...(was && { before: was }),
        ...(is && { after: is }),
        ...budget.compare(one?.bytes, other?.bytes),
      },
    ];
  });
}

function byPath(files: readonly ArchivedFile[]): ReadonlyMap<string, ArchivedFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function describe({ bytes }: ArchivedFile): ComparedFile {
  return { size: bytes.length, digest: digestOfSource(bytes) };
}
