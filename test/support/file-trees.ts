import type { PlannedFile } from '../../src/content/extraction-plan.ts';
import { fc } from './properties.ts';

const name: fc.Arbitrary<string> = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,16}[a-z0-9]$/);
const foreignName: fc.Arbitrary<string> = fc
  .tuple(name, fc.constantFrom('', ' é', '日本', 'Ж', '+@=,~'), name)
  .map((parts) => parts.join(''));
const longName: fc.Arbitrary<string> = fc
  .tuple(foreignName, fc.integer({ min: 40, max: 150 }))
  .map(([text, length]) => text.padEnd(length, 'n'));

const content: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.constantFrom(0, 511, 512, 513, 1024, 70_000).map((length) => Buffer.alloc(length, 'lua ')),
);

/** Trees that `encodeLayer` can pack. */
export const layerTree: fc.Arbitrary<readonly PlannedFile[]> = treeOf(name, 12);
/** Trees with names of every script that fit ustar. */
export const shortTree: fc.Arbitrary<readonly PlannedFile[]> = treeOf(foreignName, 12);
/** Trees with paths that need extended headers. */
export const longTree: fc.Arbitrary<readonly PlannedFile[]> = treeOf(longName, 6);

function treeOf(segment: fc.Arbitrary<string>, maxFiles: number): fc.Arbitrary<PlannedFile[]> {
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  return fc
    .array(fc.record({ path, bytes: content }), { minLength: 2, maxLength: maxFiles })
    .map(withoutConflicts)
    .filter((files) => files.length > 1);
}

/** Drops files whose path is also a directory, or another file. */
function withoutConflicts(files: readonly PlannedFile[]): PlannedFile[] {
  const directories = new Set(files.flatMap((file) => parentsOf(file.path)));
  const seen = new Set<string>();
  return files.filter(({ path }) => {
    const isNew = !seen.has(path) && !directories.has(path);
    seen.add(path);
    return isNew;
  });
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
