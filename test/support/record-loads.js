/**
 * Preloaded into a Node.js process it writes down, at the end, what was loaded, one name a line: the
 * files by their last part, and `node:http` if there was a request to make. `?to=` names the file.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';

const { cache } = createRequire(import.meta.url);

process.on('exit', () => {
  const files = Object.keys(cache).map((file) => basename(file));
  const hasHttp = process.moduleLoadList.includes('NativeModule http');
  const names = hasHttp ? [...files, 'node:http'] : files;
  writeFileSync(new URL(import.meta.url).searchParams.get('to'), names.join('\n'));
});
