import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashFile } from '../../../src/install/compare-files.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { holdPlugins } from '../../../src/workflows/hold-plugins.ts';
import { installPlugins } from '../../../src/workflows/install-plugins.ts';
import { readHistory } from '../../../src/workflows/read-history.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import {
  syncNode,
  type SyncOptions,
  type SyncReport,
} from '../../../src/workflows/sync/sync-node.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { Fleet } from '../lock/fleet.ts';

let key: PrivateKey;
let other: PrivateKey;
beforeAll(async () => {
  [key, other] = [await makeKey(), await makeKey()];
});

/** A fleet with alpha and beta locked, and a node without Kong. */
class Node {
  readonly fleet: Fleet = new Fleet(key, other);
  readonly root: { readonly luaRoot: string } = { luaRoot: join(temporaryDirectory(), 'lua') };

  async lock(...versions: readonly [name: string, version: string][]): Promise<void> {
    const plugins = [];
    for (const [name, version] of versions)
      plugins.push(await this.fleet.publish({ name, version, key }));
    this.fleet.write(plugins.map((reference) => `reference: ${reference}`));
    await this.fleet.lock([], { allowDowngrade: true });
  }

  async sync(options: Partial<SyncOptions> = {}): Promise<SyncReport> {
    return syncNode({ configuration: await this.fleet.read(), root: this.root, ...options });
  }

  versions(): Readonly<Record<string, string | undefined>> {
    const { plugins } = readStatus(this.root);
    return Object.fromEntries(plugins.map(({ name, version }) => [name, version]));
  }

  generations(): number {
    return readHistory(this.root).generations.length;
  }
}

const actionsOf = ({ steps }: SyncReport): readonly string[] =>
  steps.map(({ name, action }) => `${action} ${name}`);

describe('sync without Kong', () => {
  it('installs, upgrades, repairs and takes out what the lock says, by one switch', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0'], ['beta', '1.0.0'], ['gamma', '1.0.0']);
    expect(actionsOf(await node.sync())).toEqual([
      'install alpha',
      'install beta',
      'install gamma',
    ]);
    expect(node.generations()).toBe(1);
    const { luaRoot } = node.root;
    const schema = join(luaRoot, 'kong/plugins/beta/schema.lua');
    const hash = hashFile(schema, 1000);
    rmSync(schema);
    await node.lock(['alpha', '1.1.0'], ['beta', '1.0.0'], ['delta', '1.0.0']);
    const report = await node.sync({ prune: true });
    expect(actionsOf(report)).toEqual([
      ...['upgrade alpha', 'repair beta', 'install delta', 'remove gamma'],
    ]);
    expect(report).toMatchObject({
      isDifferent: true,
      applied: {
        generation: 2,
        installed: ['alpha', 'beta', 'delta'],
        removed: [{ name: 'gamma' }],
      },
    });
    expect(node.versions()).toEqual({ alpha: '1.1.0', beta: '1.0.0', delta: '1.0.0' });
    expect(node.generations()).toBe(2);
    expect(hashFile(schema, 1000)).toBe(hash);
    expect(existsSync(join(luaRoot, 'kong/plugins/gamma'))).toBe(false);
  });

  it('asks no store where nothing is to be done, and makes no generation', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0']);
    await node.sync();
    rmSync(join(node.fleet.directory, 'dist'), { recursive: true });
    const report = await node.sync();
    expect(report).toMatchObject({ isDifferent: false, applied: { generation: 1 } });
    expect(node.generations()).toBe(1);
  });

  it('--check and --dry-run write nothing, and --check asks nobody', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0']);
    expect(await node.sync({ dryRun: true })).toMatchObject({ isDifferent: true });
    rmSync(join(node.fleet.directory, 'dist'), { recursive: true });
    const checked = await node.sync({ check: true });
    expect(checked).toMatchObject({ isDifferent: true, steps: [{ action: 'install' }] });
    expect(checked.applied).toBeUndefined();
    expect(existsSync(node.root.luaRoot)).toBe(false);
    await expectError(() => node.sync({ dryRun: true }), 'NOT_FOUND');
  });

  it('leaves what the lock does not have, unless it is told to prune', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0'], ['beta', '1.0.0']);
    await node.sync();
    await node.lock(['alpha', '1.0.0']);
    const report = await node.sync();
    expect([actionsOf(report), report.isDifferent]).toEqual([['none alpha', 'extra beta'], false]);
    expect(await node.sync({ check: true, prune: true })).toMatchObject({ isDifferent: true });
    expect(Object.keys(node.versions())).toEqual(['alpha', 'beta']);
    await node.sync({ prune: true });
    expect(Object.keys(node.versions())).toEqual(['alpha']);
  });

  it('reports what is held, and does not touch it', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0'], ['beta', '1.0.0'], ['gamma', '1.0.0']);
    await node.sync();
    await holdPlugins(node.root, ['alpha', 'gamma'], { reason: 'an incident' });
    await node.lock(['alpha', '1.1.0'], ['beta', '1.1.0']);
    const report = await node.sync({ prune: true });
    expect(report.steps).toMatchObject([
      { name: 'alpha', action: 'held', reason: 'an incident' },
      { name: 'beta', action: 'upgrade' },
      { name: 'gamma', action: 'held' },
    ]);
    expect(node.versions()).toEqual({ alpha: '1.0.0', beta: '1.1.0', gamma: '1.0.0' });
    expect(await node.sync({ check: true })).toMatchObject({ isDifferent: true });
  });

  it('needs consent to a lower version and to other signers', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.1.0']);
    await node.sync();
    await node.lock(['alpha', '1.0.0']);
    await expectError(() => node.sync(), 'DOWNGRADE');
    expect(node.versions()).toEqual({ alpha: '1.1.0' });
    expect(actionsOf(await node.sync({ allowDowngrade: true }))).toEqual(['downgrade alpha']);
    const reference = await node.fleet.publish({ name: 'alpha', version: '2.0.0', key: other });
    node.fleet.write([`reference: ${reference}`]);
    await node.fleet.lock([], { allowSignerChange: true });
    await expectError(() => node.sync(), 'SIGNER_CHANGED');
    await node.sync({ allowSignerChange: true });
    expect(node.versions()).toEqual({ alpha: '2.0.0' });
  });

  it('judges by the policy of today, what is installed too', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0']);
    await node.sync();
    const { file } = node.fleet;
    const text = readFileSync(file, 'utf8');
    const keyId = key.publicKey.keyId;
    writeFileSync(file, text.replace('trust: {', `trust: {revoked: {keys: ['sha256:${keyId}']}, `));
    await expectError(() => node.sync(), 'SIGNATURE_MISMATCH');
  });

  it('installs the digest of the lock, wherever the tag points by now', async () => {
    const node = new Node();
    const reference = await node.fleet.publish({ name: 'alpha', tag: 'latest', key });
    node.fleet.write([`reference: ${reference}`]);
    await node.fleet.lock();
    await node.fleet.publish({ name: 'alpha', version: '2.0.0', tag: 'latest', key });
    await node.sync();
    expect(node.versions()).toEqual({ alpha: '1.0.0' });
  });

  it('installs nothing of a lock that says something else than what was signed', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0'], ['beta', '1.0.0']);
    const { lockFile } = node.fleet;
    const text = readFileSync(lockFile, 'utf8');
    writeFileSync(lockFile, text.replace('"version": "1.0.0"', '"version": "1.0.1"'));
    const error = await expectError(() => node.sync(), 'LOCK_INVALID');
    expect(error.message).toContain('alpha: the lock has 1.0.1 as version, and it is 1.0.0');
    writeFileSync(lockFile, text.replace(/[0-9a-f]{64}(?= {2})/, '0'.repeat(64)));
    await expectError(() => node.sync(), 'LOCK_INVALID');
    writeFileSync(lockFile, text.replace('"name": "alpha"', '"name": "omega"'));
    await expectError(() => node.sync(), 'IDENTITY_MISMATCH');
    expect(existsSync(node.root.luaRoot)).toBe(false);
  });

  it('takes no lock that does not fit', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0'], ['beta', '1.0.0']);
    const reference = await node.fleet.publish({ name: 'alpha', version: '1.1.0', key });
    for (const plugins of [
      [`reference: ${reference}`, 'reference: oci-layout:./dist:beta-1.0.0'],
      ['reference: oci-layout:./dist:alpha-1.0.0'],
      [
        '{reference: "oci-layout:./dist:alpha-1.0.0", name: omega}',
        'reference: oci-layout:./dist:beta-1.0.0',
      ],
    ]) {
      node.fleet.write(plugins);
      const error = await expectError(() => node.sync(), 'LOCK_INVALID');
      expect(error.remedy).toContain('kongcrate lock');
    }
    rmSync(node.fleet.lockFile);
    await expectError(() => node.sync(), 'LOCK_INVALID');
  });

  it('installs nothing where one of them is refused', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0'], ['beta', '1.0.0'], ['gamma', '1.0.0']);
    const { luaRoot } = node.root;
    await node.sync({ root: { luaRoot } });
    await node.lock(['alpha', '1.1.0'], ['beta', '1.1.0'], ['gamma', '1.1.0']);
    const { digest } = readStatus(node.root).plugins[1] ?? {};
    const lock = readFileSync(node.fleet.lockFile, 'utf8');
    const { plugins } = JSON.parse(lock) as { plugins: { layer: string }[] };
    const layer = (plugins[1]?.layer ?? '').replace(':', '/');
    writeFileSync(join(node.fleet.directory, 'dist/blobs', layer), 'damaged');
    await expectError(() => node.sync(), 'SIZE_MISMATCH');
    expect(node.versions()).toEqual({ alpha: '1.0.0', beta: '1.0.0', gamma: '1.0.0' });
    expect(readStatus(node.root).plugins[1]?.digest).toBe(digest);
  });

  it('takes over what another repository had, without another version', async () => {
    const node = new Node();
    await node.lock(['alpha', '1.0.0']);
    const { directory } = node.fleet;
    const moved = { keys: [key.publicKey], root: node.root, as: 'registry.example/acme/alpha' };
    await installPlugins([`oci-layout:${directory}/dist:alpha-1.0.0`], moved);
    expect(actionsOf(await node.sync())).toEqual(['replace alpha']);
    expect(actionsOf(await node.sync())).toEqual(['none alpha']);
  });
});
