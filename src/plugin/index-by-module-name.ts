import { moduleNameOf } from './plugin-tree.ts';

/**
 * Files by the names `require` finds them under: `?.lua` goes before `?/init.lua`, and an
 * `init.lua` has two names.
 */
export function indexByModuleName<File extends { readonly path: string }>(
  files: readonly File[],
): ReadonlyMap<string, File> {
  const inits = files.filter(({ path }) => path.endsWith('/init.lua'));
  return new Map([
    ...inits.map((file) => [moduleNameOf(file.path), file] as const),
    ...files.map((file) => [file.path.replace(/\.lua$/, '').replaceAll('/', '.'), file] as const),
  ]);
}
