import { writeRockManifest } from '../../src/plugin/rock/rock-manifest.ts';
import type { PlannedFile } from '../../src/content/extraction-plan.ts';
import { zipOf } from './zip-builder.ts';

export const ROCKSPEC_PATH = 'kong-plugin-my-plugin-1.2.0-1.rockspec';

/** The files of a rock that LuaRocks would take, with changes; `undefined` takes a file out. */
export function rockFiles(
  changes: Readonly<Record<string, string | undefined>> = {},
): readonly PlannedFile[] {
  const texts: Readonly<Record<string, string | undefined>> = {
    [ROCKSPEC_PATH]:
      'package = "kong-plugin-my-plugin"\nversion = "1.2.0-1"\nsource = { url = "." }\nbuild = {}\n',
    'lua/kong/plugins/my-plugin/handler.lua': 'return { PRIORITY = 10, VERSION = "1.2.0" }\n',
    'lua/kong/plugins/my-plugin/schema.lua': 'return { name = "my-plugin", fields = {} }\n',
    ...changes,
  };
  return Object.entries(texts).flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, bytes: Buffer.from(text) }],
  );
}

/** With the list that LuaRocks would write. */
export function listed(files: readonly PlannedFile[]): readonly PlannedFile[] {
  return [...files, { path: 'rock_manifest', bytes: writeRockManifest(files) }];
}

/** The bytes of a rock. */
export function rockOf(files: readonly PlannedFile[] = listed(rockFiles())): Buffer {
  return zipOf(files.map(({ path, bytes }) => ({ name: path, data: Buffer.from(bytes) })));
}
