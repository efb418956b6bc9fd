import { symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peer } from '../peers.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** The stand-in itself: what `kong` in `PATH` leads to. */
export const KONG_PROGRAM: string = fileURLToPath(new URL('kong.js', import.meta.url));

/** `PATH` with the stand-in first, then the Lua it runs, and nothing else. */
export function standInEnvironment(): { readonly PATH: string } {
  const directory = temporaryDirectory();
  symlinkSync(KONG_PROGRAM, join(directory, 'kong'));
  const places = [directory, dirname(peer('luajit')), process.env['PATH']];
  return { PATH: places.join(delimiter) };
}
