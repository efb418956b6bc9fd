import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins, type InstallOptions } from '../../src/workflows/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { rollbackPlugins } from '../../src/workflows/rollback-plugins.ts';
import { makeKey, signWith } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish, type Published } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let luaRoot = '';
let key: PrivateKey;
let otherKey: PrivateKey;
let first: Published;

async function install(
  reference: string,
  options: Partial<InstallOptions> = {},
): Promise<string | undefined> {
  const keys = [key.publicKey];
  const report = await installPlugins([reference], { root: { luaRoot }, keys, ...options });
  return report.plugins[0]?.state;
}

const byDigest = ({ directory, subject }: Published): string =>
  `oci-layout:${directory}@${subject.descriptor.digest}`;
const handler = (): string => join(luaRoot, 'kong/plugins/my-plugin/handler.lua');

/** A stored artifact is judged again from what was kept, not from what a store says today. */
describe('installing what is installed', () => {
  beforeEach(async () => {
    luaRoot = join(temporaryDirectory(), 'lua');
    key = await makeKey();
    otherKey = await makeKey();
    first = await publish({ key });
    expect(await install(first.reference)).toBe('installed');
  });

  it('by digest asks its store for nothing: the layout may be gone', async () => {
    renameSync(first.directory, `${first.directory}-gone`);
    expect(await install(byDigest(first))).toBe('unchanged');
    await expectError(() => install(first.reference), 'NOT_FOUND');
  });

  it('by tag asks for the tag only', async () => {
    renameSync(join(first.directory, 'blobs'), join(first.directory, 'blobs-gone'));
    expect(await install(first.reference)).toBe('unchanged');
  });

  it('without a key trusts the recorded one, and nothing new', async () => {
    expect(await install(first.reference, { keys: [] })).toBe('unchanged');
    const next = await publish({ version: '1.1.0', key, directory: first.directory });
    await expectError(() => install(next.reference, { keys: [] }), 'TRUST_MISSING');
  });

  it('with another key asks the store, which must hold a signature of it', async () => {
    const keys = [otherKey.publicKey];
    await expectError(() => install(first.reference, { keys }), 'SIGNATURE_MISMATCH');
    await signWith(otherKey, first);
    expect(await install(first.reference, { keys })).toBe('unchanged');
    const [plugin] = readStatus({ luaRoot }).plugins;
    expect(plugin?.trust).toMatchObject({ signers: [{ keyId: otherKey.publicKey.keyId }] });
  });

  it('puts changed files right, for which the layer is read again', async () => {
    writeFileSync(handler(), 'return {}');
    expect(await install(byDigest(first))).toBe('repaired');
    expect(readFileSync(handler(), 'utf8')).toContain('VERSION = "1.0.0"');
  });

  it('the signed version decides about a downgrade, not the one in the handler', async () => {
    const same = { name: 'rocky', key };
    const layer = readFileSync(handlerLayer(await publish({ ...same, version: '1.0.0' })));
    const newer = await publish({ ...same, version: '2.0.0', layer });
    const older = await publish({ ...same, version: '1.5.0', layer });
    await install(newer.reference);
    await expectError(() => install(older.reference), 'DOWNGRADE');
  });

  it('goes back to what the recorded key signed, and to nothing else', async () => {
    const next = await publish({ version: '1.1.0', key, directory: first.directory });
    await install(next.reference);
    const keys = [otherKey.publicKey];
    await expectError(() => rollbackPlugins({ root: { luaRoot }, keys }), 'SIGNATURE_MISMATCH');
    expect(readFileSync(handler(), 'utf8')).toContain('VERSION = "1.1.0"');
    await rollbackPlugins({ root: { luaRoot } });
    expect(readFileSync(handler(), 'utf8')).toContain('VERSION = "1.0.0"');
  });

  it('wants all recorded signers again, not any one of them', async () => {
    const both = await publish({ version: '1.1.0', key });
    await signWith(otherKey, both);
    const keys = [key.publicKey, otherKey.publicKey];
    await install(both.reference, { keys, threshold: 2 });
    const [plugin] = readStatus({ luaRoot }).plugins;
    const store = join(luaRoot, '.kongcrate/store', plugin?.layerDigest.replace(':', '-') ?? '');
    rmSync(join(store, '.evidence'), { recursive: true });
    const once = await publish({ version: '1.1.0', key });
    expect(once.subject.descriptor.digest).toBe(both.subject.descriptor.digest);
    await expectError(() => install(once.reference, { keys: [] }), 'SIGNATURE_MISMATCH');
    expect(await install(both.reference, { keys: [] })).toBe('repaired');
  });

  it('another signer of the same name must be consented to', async () => {
    const foreign = await publish({ version: '2.0.0', key: otherKey });
    const keys = [otherKey.publicKey];
    await expectError(() => install(foreign.reference, { keys }), 'SIGNER_CHANGED');
    expect(readFileSync(handler(), 'utf8')).toContain('VERSION = "1.0.0"');
    const consent = { keys, expectedName: 'my-plugin' };
    expect(await install(foreign.reference, consent)).toBe('upgraded');
  });

  it('does not go back to an unsigned version without consent', async () => {
    const root = { luaRoot: join(temporaryDirectory(), 'lua') };
    const unsigned = await publish({ version: '0.9.0' });
    await install(unsigned.reference, { root, keys: [], allowUnsigned: true });
    await install(first.reference, { root });
    await expectError(() => rollbackPlugins({ root }), 'SIGNATURE_MISMATCH');
    const { plugins } = await rollbackPlugins({ root, allowUnsigned: true });
    expect(plugins).toMatchObject([{ name: 'my-plugin', trust: { kind: 'unsigned' } }]);
  });

  it('does not take a receipt for evidence: one that points elsewhere is not "unchanged"', async () => {
    const next = await publish({ version: '1.1.0', key, directory: first.directory });
    await install(next.reference);
    const receipt = join(luaRoot, '.kongcrate/generations/2/receipt.json');
    const [old] = readReceipt(join(luaRoot, '.kongcrate/generations/1/receipt.json'));
    const [live] = readReceipt(receipt);
    const text = readFileSync(receipt, 'utf8');
    writeFileSync(receipt, text.replaceAll(live?.layerDigest ?? '', old?.layerDigest ?? ''));
    const evidence = (digest: string): string =>
      join(luaRoot, '.kongcrate/store', digest.replace(':', '-'), '.evidence');
    cpSync(evidence(live?.layerDigest ?? ''), evidence(old?.layerDigest ?? ''), {
      recursive: true,
    });
    expect(await install(next.reference)).not.toBe('unchanged');
    expect(readFileSync(handler(), 'utf8')).toContain('VERSION = "1.1.0"');
  });

  it('does not go back on evidence that was changed', async () => {
    const [plugin] = readStatus({ luaRoot }).plugins;
    const next = await publish({ version: '1.1.0', key, directory: first.directory });
    await install(next.reference);
    const store = join(luaRoot, '.kongcrate/store', plugin?.layerDigest.replace(':', '-') ?? '');
    const evidence = join(store, '.evidence', `${plugin?.evidence.replace(':', '-') ?? ''}.json`);
    const text = readFileSync(evidence, 'utf8');
    writeFileSync(evidence, text.replace('"schemaVersion": 1', '"schemaVersion":  1'));
    await expectError(() => rollbackPlugins({ root: { luaRoot } }), 'INSTALL_FAILED');
    expect(readFileSync(handler(), 'utf8')).toContain('VERSION = "1.1.0"');
  });
});

/** What a receipt says, as it stands on disk. */
function readReceipt(path: string): readonly { layerDigest: string }[] {
  const { plugins } = JSON.parse(readFileSync(path, 'utf8')) as {
    plugins: Record<string, { layerDigest: string }>;
  };
  return Object.values(plugins);
}

/** The layer's file in the layout. */
function handlerLayer({ directory, subject }: Published): string {
  const blob = (digest: string): string =>
    join(directory, 'blobs/sha256', digest.replace('sha256:', ''));
  const manifest = JSON.parse(readFileSync(blob(subject.descriptor.digest), 'utf8')) as {
    layers: { digest: string }[];
  };
  return blob(manifest.layers[0]?.digest ?? '');
}
