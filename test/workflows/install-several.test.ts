import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins, type InstallReport } from '../../src/workflows/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish, type PublishSpec } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let luaRoot = '';
let key: PrivateKey;

async function install(...references: string[]): Promise<InstallReport> {
  const root = { luaRoot };
  return installPlugins(references, { root, keys: [key.publicKey], allowDowngrade: true });
}

const reference = async (spec: PublishSpec): Promise<string> =>
  (await publish({ ...spec, key })).reference;

beforeEach(async () => {
  luaRoot = join(temporaryDirectory(), 'lua');
  key = await makeKey();
});

describe('one plugin twice in one install', () => {
  it('is refused before anything happens, installed or not', async () => {
    const one = await reference({ version: '1.0.0' });
    const two = await reference({ version: '1.1.0' });
    await expectError(() => install(one, two), 'USAGE');
    await expectError(() => install(one, one), 'USAGE');
    expect(existsSync(luaRoot)).toBe(false);
    await install(one);
    for (const pair of [
      [one, two],
      [two, one],
      [one, one],
    ]) {
      const error = await expectError(() => install(...pair), 'USAGE');
      expect(error.details).toEqual({ name: 'my-plugin', references: pair });
    }
    expect(readStatus({ luaRoot }).plugins).toMatchObject([{ version: '1.0.0' }]);
  });
});

describe('what an install says it did', () => {
  it.each([
    ['1.1.0', 'upgraded', true],
    ['0.9.0', 'downgraded', true],
    ['1.0.0', 'replaced', true],
    ['next', 'replaced', false],
  ] as const)('from 1.0.0 to other bytes of %s: %s', async (version, state, comparable) => {
    await install(await reference({ version: '1.0.0' }));
    const changeManifest = (text: string): string =>
      text.replace('"annotations":{', '"annotations":{"a":"b",');
    const other = await reference({ version, changeManifest });
    const { plugins } = await install(other);
    expect(plugins).toMatchObject([{ state, version, previousVersion: '1.0.0', comparable }]);
    expect((await install(other)).plugins).toMatchObject([{ state: 'unchanged' }]);
  });
});
