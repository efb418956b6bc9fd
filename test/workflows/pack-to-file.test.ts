import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packAllToFiles } from '../../src/workflows/pack-to-file.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();

function plugin(source: string, name: string, version: string): void {
  const own = join(source, 'kong/plugins', name);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'handler.lua'), `return { PRIORITY = 1, VERSION = "${version}" }\n`);
  const config = '{ config = { type = "record", fields = {} } }';
  writeFileSync(join(own, 'schema.lua'), `return { name = "${name}", fields = { ${config} } }\n`);
}

describe('packAllToFiles', () => {
  it.each([
    ['two archives', { a: '1-1.0', 'a-1': '1.0' }, {}, 'a-1-1.0.tar.gz'],
    ['two rocks', { Same: '1.0', same: '1.0' }, { rock: true }, 'kong-plugin-same-1.0-1.all.rock'],
  ])('writes nothing where %s would be one file', async (what, versions, options, fileName) => {
    const source = join(directory, what);
    const output = join(directory, `${what} out`);
    mkdirSync(output);
    for (const [name, version] of Object.entries(versions)) plugin(source, name, version);
    const { message, details } = await expectError(
      () => packAllToFiles(source, { ...options, output }),
      'PLUGIN_REFUSED',
    );
    expect(message).toContain(fileName);
    expect(details).toMatchObject({ reason: 'SAME_OUTPUT' });
    expect(readdirSync(output)).toEqual([]);
  });
});
