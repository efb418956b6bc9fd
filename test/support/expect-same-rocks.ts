import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { packPlugin } from '../../src/workflows/pack-plugin.ts';
import { filesBelow } from './files-below.ts';
import {
  luarocks,
  luarocksInstall,
  luarocksMake,
  NAME,
  packRock,
  ROCK_SOURCES,
  writeTexts,
} from './rock-sources.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * Demands that LuaRocks installs our rock as it makes the source, every file of its own included,
 * and that its rock of that source is packed as the source is.
 */
export async function expectSameRocks(source: string): Promise<void> {
  const directory = writeTexts({ ...ROCK_SOURCES[source] });
  const own = await packRock(directory);
  const made = await luarocksMake(directory);
  expect(filesBelow(await luarocksInstall(own)), source).toEqual(filesBelow(made));
  const place = temporaryDirectory();
  await luarocks(made, ['pack', NAME, '1.2.0-1'], place);
  const theirs = join(place, `${NAME}-1.2.0-1.all.rock`);
  const [fromRock, fromSource] = [await packPlugin(theirs), await packPlugin(directory)];
  expect(fromRock.version).toBe('1.2.0');
  expect(fromRock.layer.digest).toBe(fromSource.layer.digest);
  expect(readFileSync(await packRock(theirs))).toEqual(readFileSync(own));
}
