import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import {
  installPlugins,
  type InstallOptions,
  type InstallReport,
} from '../../src/workflows/install-plugins.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish, type Published } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let luaRoot: string;
let key: PrivateKey;
beforeEach(async () => {
  luaRoot = join(temporaryDirectory(), 'lua');
  key = await makeKey();
});

const install = (
  references: readonly string[],
  options: Partial<InstallOptions> = {},
): Promise<InstallReport> =>
  installPlugins(references, { root: { luaRoot }, keys: [key.publicKey], ...options });

const byDigest = ({ directory, subject }: Published): string =>
  `oci-layout:${directory}@${subject.descriptor.digest}`;

describe('staging', () => {
  it('makes a later install by digest need nothing but the evidence in the store', async () => {
    const one = await publish({ key });
    expect(await install([one.reference], { mode: 'stage' })).toMatchObject({
      generation: 0,
      installed: [],
      plugins: [{ name: 'my-plugin', state: 'staged' }],
    });
    expect(existsSync(join(luaRoot, 'kong/plugins/my-plugin'))).toBe(false);
    rmSync(join(one.directory, 'blobs'), { recursive: true });
    const report = await install([byDigest(one)]);
    expect(report).toMatchObject({
      generation: 1,
      installed: ['my-plugin'],
      plugins: [{ state: 'installed', trust: { kind: 'signed' } }],
    });
    expect(existsSync(join(luaRoot, 'kong/plugins/my-plugin/handler.lua'))).toBe(true);
  });

  it('is no way around the key of today', async () => {
    const one = await publish({ key });
    await install([one.reference], { mode: 'stage' });
    const other = await makeKey();
    await expectError(
      () => install([byDigest(one)], { keys: [other.publicKey] }),
      'SIGNATURE_MISMATCH',
    );
    expect(existsSync(join(luaRoot, 'kong/plugins/my-plugin'))).toBe(false);
  });

  it('is asked of the store again when the staged files were changed', async () => {
    const one = await publish({ key });
    await install([one.reference], { mode: 'stage' });
    const store = join(luaRoot, '.kongcrate/store');
    rmSync(store, { recursive: true });
    mkdirSync(store);
    expect(await install([byDigest(one)])).toMatchObject({ plugins: [{ state: 'installed' }] });
  });
});

describe('copying', () => {
  it('writes a set as plain directories, and does so again without change', async () => {
    const references = [
      (await publish({ key })).reference,
      (await publish({ key, name: 'other' })).reference,
    ];
    const states = async (): Promise<readonly string[]> =>
      (await install(references, { mode: 'copy' })).plugins.map(({ state }) => state);
    expect(await states()).toEqual(['installed', 'installed']);
    expect(await states()).toEqual(['unchanged', 'unchanged']);
    expect(lstatSync(join(luaRoot, 'kong/plugins/other')).isDirectory()).toBe(true);
    expect(existsSync(join(luaRoot, '.kongcrate'))).toBe(false);
  });

  it('refuses a root with generations, also when it holds that very plugin', async () => {
    const one = await publish({ key });
    await install([one.reference]);
    await expectError(() => install([byDigest(one)], { mode: 'copy' }), 'USAGE');
  });
});

describe("a plugin called like one of Kong's own", () => {
  it('is refused, unless the flag says that it is to replace it', async () => {
    const { reference } = await publish({ key, name: 'rate-limiting' });
    const error = await expectError(() => install([reference]), 'PLUGIN_REFUSED');
    expect(error.remedy).toContain('--allow-bundled-name');
    const allowed = { allowBundledName: true };
    expect(await install([reference], allowed)).toMatchObject({
      installed: ['rate-limiting'],
      plugins: [{ state: 'installed' }],
    });
    expect(await install([reference], allowed)).toMatchObject({
      plugins: [{ state: 'unchanged' }],
    });
  });

  it("never takes the place of Kong's own directory, whatever the flags", async () => {
    const { reference } = await publish({ key, name: 'rate-limiting' });
    mkdirSync(join(luaRoot, 'kong/plugins/rate-limiting'), { recursive: true });
    const all = { allowBundledName: true, adopt: true };
    const error = await expectError(() => install([reference], all), 'NOT_OURS');
    expect(error.details).toMatchObject({ reason: 'KONG' });
    expect(lstatSync(join(luaRoot, 'kong/plugins/rate-limiting')).isDirectory()).toBe(true);
    await expectError(
      () => install([reference], { allowBundledName: true, mode: 'copy' }),
      'NOT_OURS',
    );
  });
});
