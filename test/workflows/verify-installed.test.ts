import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import {
  verifyInstalled,
  type JudgedPlugin,
  type VerifyInstalledOptions,
} from '../../src/workflows/verify-installed.ts';
import { makeKey, signWith } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { publish } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let luaRoot = '';
let key: PrivateKey;
let otherKey: PrivateKey;

/** One signed by the first key, one by both, one by nobody; their layouts are gone. */
beforeEach(async () => {
  luaRoot = join(temporaryDirectory(), 'lua');
  key = await makeKey();
  otherKey = await makeKey();
  const one = await publish({ name: 'one', key });
  const both = await publish({ name: 'both', key });
  await signWith(otherKey, both);
  const none = await publish({ name: 'none' });
  const root = { luaRoot };
  await installPlugins([one.reference], { root, keys: [key.publicKey] });
  const keys = [key.publicKey, otherKey.publicKey];
  await installPlugins([both.reference], { root, keys, threshold: 2 });
  await installPlugins([none.reference], { root, allowUnsigned: true });
  for (const { directory } of [one, both, none]) rmSync(directory, { recursive: true });
});

async function judge(
  names: readonly string[] = [],
  options: Partial<VerifyInstalledOptions> = {},
): Promise<Record<string, JudgedPlugin>> {
  const { plugins } = await verifyInstalled(names, { root: { luaRoot }, ...options });
  return Object.fromEntries(plugins.map((plugin) => [plugin.name, plugin]));
}

const codes = (judged: Record<string, JudgedPlugin>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(judged).map(([name, { error }]) => [name, error?.code ?? 'ok']),
  );

const inStore = (name: string, ...path: readonly string[]): string => {
  const plugin = readStatus({ luaRoot }, name).plugins[0];
  return join(luaRoot, '.kongcrate/store', plugin?.layerDigest.replace(':', '-') ?? '', ...path);
};

describe('verifyInstalled', () => {
  it('judges by the recorded keys, all of them, and writes nothing', async () => {
    const before = listTree(luaRoot);
    const judged = await judge();
    expect(codes(judged)).toEqual({ both: 'ok', none: 'NO_SIGNATURE', one: 'ok' });
    expect(judged['one']).toMatchObject({ keysFrom: 'receipt', drift: [] });
    expect(judged['both']?.trust).toMatchObject({ kind: 'signed', signers: [{}, {}] });
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('judges by the keys that are given, and by nothing else then', async () => {
    const keys = [otherKey.publicKey];
    const judged = await judge([], { keys });
    expect(codes(judged)).toEqual({ both: 'ok', none: 'NO_SIGNATURE', one: 'SIGNATURE_MISMATCH' });
    expect(judged['both']).toMatchObject({
      keysFrom: 'options',
      trust: { signers: [{ keyId: otherKey.publicKey.keyId }] },
    });
    expect(codes(await judge(['both'], { keys }))).toEqual({ both: 'ok' });
    await expectError(() => judge([], { keys, threshold: 2 }), 'USAGE');
  });

  it.each([
    ['another text', [{ keyId: '0'.repeat(64), publicKey: 'no key', formats: ['legacy'] }]],
    ['none', []],
  ])('says so where the receipt has %s in place of its keys', async (_, signers) => {
    const receipt = join(luaRoot, '.kongcrate/current/receipt.json');
    const document = JSON.parse(readFileSync(receipt, 'utf8')) as {
      plugins: { one: { trust: { signers: unknown } } };
    };
    document.plugins.one.trust.signers = signers;
    writeFileSync(receipt, JSON.stringify(document));
    const { one } = await judge(['one']);
    expect(one?.error).toMatchObject({
      code: 'SIGNATURE_MISMATCH',
      message: expect.stringContaining('the receipt of one has no keys to judge it by') as string,
    });
    expect(codes(await judge(['one'], { keys: [key.publicKey] }))).toEqual({ one: 'ok' });
  });

  it('judges every plugin, whatever is wrong with the first', async () => {
    appendFileSync(join(luaRoot, 'kong/plugins/both/handler.lua'), '-- x');
    const judged = await judge();
    expect(codes(judged)).toEqual({ both: 'DIGEST_MISMATCH', none: 'NO_SIGNATURE', one: 'ok' });
    const path = 'kong/plugins/both/handler.lua';
    expect(judged['both']).toMatchObject({
      drift: [{ path, problem: 'changed' }],
      trust: { kind: 'signed' },
    });
    expect(judged['both']?.error?.message).toContain(path);
  });

  it('does not take damaged evidence for any', async () => {
    const [plugin] = readStatus({ luaRoot }, 'one').plugins;
    const evidence = inStore(
      'one',
      '.evidence',
      `${plugin?.evidence.replace(':', '-') ?? ''}.json`,
    );
    writeFileSync(evidence, readFileSync(evidence, 'utf8').replace('"schemaVersion"', '"schema"'));
    const judged = await judge();
    expect(judged['one']?.error).toMatchObject({ code: 'DIGEST_MISMATCH', exitCode: 7 });
    expect(judged['one']?.trust).toBeUndefined();
    rmSync(evidence);
    expect(codes(await judge(['one']))).toEqual({ one: 'DIGEST_MISMATCH' });
  });

  it('does not take a receipt for evidence', async () => {
    const receipt = join(luaRoot, '.kongcrate/generations/3/receipt.json');
    const text = readFileSync(receipt, 'utf8');
    const version = text.replaceAll('"version": "1.0.0"', '"version": "9.9.9"');
    expect(version).not.toBe(text);
    writeFileSync(receipt, version);
    expect(codes(await judge(['one', 'both']))).toEqual({
      both: 'SIGNATURE_MISMATCH',
      one: 'SIGNATURE_MISMATCH',
    });
  });

  it('names what is not installed', async () => {
    const error = await expectError(() => judge(['one', 'two']), 'NOT_FOUND');
    expect(error.remedy).toBe('Installed here: both, none, one');
  });
});
