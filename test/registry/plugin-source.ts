import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RegistryAccess } from '../../src/workflows/open-repository.ts';
import { pluginFiles } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** How a registry of the tests is reached: no pause takes time. */
export const registry: RegistryAccess = {
  retries: { wait: () => Promise.resolve(), random: () => 0 },
};

/** A source directory of a plugin in that version. */
export function writeSource(version: string, name = 'my-plugin'): string {
  const directory = temporaryDirectory();
  for (const { path, bytes } of pluginFiles(name, version)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return directory;
}
