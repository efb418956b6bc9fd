import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnableOptions } from '../../src/workflows/enable-plugins.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

export interface NodeWithConf extends EnableOptions {
  readonly kongConf: string;
  readonly directory: string;
}

/** A node with the plugins x and y on its disk, and a kong.conf unless there shall be none. */
export function makeNode(conf?: string): NodeWithConf {
  const directory = temporaryDirectory();
  const luaRoot = join(directory, 'lua');
  for (const name of ['x', 'y']) {
    mkdirSync(join(luaRoot, 'kong/plugins', name), { recursive: true });
    for (const file of ['handler', 'schema'])
      writeFileSync(join(luaRoot, 'kong/plugins', name, `${file}.lua`), 'return {}');
  }
  const kongConf = join(directory, 'kong.conf');
  if (conf !== undefined) writeFileSync(kongConf, conf);
  return { directory, luaRoot, kongConf, environment: {}, prefix: join(directory, 'prefix') };
}
