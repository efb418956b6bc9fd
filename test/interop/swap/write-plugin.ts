import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pluginFiles } from '../../support/published.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Writes a plugin of so many Lua files, named `plugin-COUNT`, with a README beside it. */
export function writePlugin(fileCount: number): string {
  const name = `plugin-${fileCount}`;
  const directory = join(temporaryDirectory(), name);
  const [...files] = pluginFiles(name, '1.2.0');
  while (files.length < fileCount) {
    const number = files.length;
    const path = `kong/plugins/${name}/part-${number % 10}/module_${number}.lua`;
    files.push({ path, bytes: Buffer.from(`-- line ${number}\n`.repeat(number % 9)) });
  }
  files.push({ path: 'README.md', bytes: Buffer.from(`# ${name}\n`) });
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return directory;
}
