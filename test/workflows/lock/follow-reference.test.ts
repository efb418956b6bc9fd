import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, type Digest } from '../../../src/reference/digest.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { followReference } from '../../../src/workflows/lock/follow-reference.ts';
import type { LockSource } from '../../../src/workflows/lock/lock-source.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { syncFollowed } from '../../../src/workflows/sync/sync-followed.ts';
import type { SyncOptions, SyncReport } from '../../../src/workflows/sync/sync-node.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistry } from '../../support/test-registry.ts';
import { Fleet } from './fleet.ts';
import { publishFleet } from './published-lock.ts';

let key: PrivateKey;
let stranger: PrivateKey;
let registry: TestRegistry;
beforeAll(async () => {
  [key, stranger] = [await makeKey(), await makeKey()];
  registry = await startTestRegistry();
});

let fleet: Fleet;
let root: { readonly luaRoot: string };
let repository: string;
let stable: string;
let turn = 0;
beforeEach(() => {
  fleet = new Fleet(key);
  root = { luaRoot: join(temporaryDirectory(), 'lua') };
  repository = `${registry.host}/acme/fleet-${(turn += 1)}`;
  stable = `${repository}:stable`;
});

const registryAccess = { registry: { plainHttp: true } };
const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

async function lock(version: string): Promise<void> {
  fleet.write([`reference: ${await fleet.publish({ name: 'alpha', version, key })}`]);
  await fleet.lock([], { allowDowngrade: true });
}

/** Locks a version and publishes the lock, as of a minute. */
async function release(version: string, minute: number, to = stable): Promise<Digest> {
  await lock(version);
  const options = { ...registryAccess, key, createdAt: at(minute) };
  return (await publishFleet(fleet, to, options)).digest;
}

const follow = (reference = stable): LockSource => followReference(reference, registryAccess);

async function sync(source: LockSource, options: Partial<SyncOptions> = {}): Promise<SyncReport> {
  const common = { ...registryAccess, root, allowDowngrade: true };
  const configuration = await fleet.read();
  return (await syncFollowed(source, { ...common, configuration, ...options })).report;
}

const version = (): string | undefined => readStatus(root).plugins[0]?.version;

/** Points a tag at what another one, or it before, pointed to: what whoever has the registry can do. */
function pointAt(tag: string, digest: Digest): void {
  const { tags } = registry.repository(repository.slice(repository.indexOf('/') + 1));
  tags.set(tag, digest);
}

describe('a lock that is followed by its tag', () => {
  it('brings what it says, and costs one HEAD where nothing is new', async () => {
    await release('1.0.0', 1);
    const source = follow();
    await sync(source);
    expect(version()).toBe('1.0.0');
    const before = registry.log.length;
    expect(await sync(source)).toMatchObject({ isDifferent: false });
    const requests = registry.log.slice(before).map(({ method, path }) => `${method} ${path}`);
    expect(requests).toEqual([`HEAD /v2/acme/fleet-${turn}/manifests/stable`]);
    await release('1.1.0', 2);
    await sync(source);
    expect(version()).toBe('1.1.0');
  });

  it('goes back where an older version is published anew, not where an older lock comes back', async () => {
    const first = await release('1.0.0', 1);
    await sync(follow());
    const second = await release('1.1.0', 2);
    await sync(follow());
    await lock('1.0.0');
    pointAt('stable', first);
    const error = await expectError(() => sync(follow()), 'LOCK_REPLAYED');
    expect(error.message).toContain('2026-01-01T00:01:00.000Z');
    expect(error.exitCode).toBe(12);
    await expectError(() => sync(follow(), { check: true }), 'LOCK_REPLAYED');
    expect(version()).toBe('1.1.0');
    pointAt('stable', second);
    await release('1.0.0', 3);
    await sync(follow());
    expect(version()).toBe('1.0.0');
  });

  it('takes no other lock under its tag, though it is signed', async () => {
    await release('1.0.0', 1);
    await sync(follow());
    const canary = await release('2.0.0', 2, `${repository}:canary`);
    pointAt('stable', canary);
    const error = await expectError(() => sync(follow()), 'IDENTITY_MISMATCH');
    expect(error.message).toContain(`is the lock of ${repository}:canary`);
    await sync(follow(`${repository}:canary`));
    expect(version()).toBe('2.0.0');
  });

  it('takes none that a stranger signed, and none without a signature', async () => {
    await lock('1.0.0');
    await publishFleet(fleet, stable, { ...registryAccess, key: stranger });
    await expectError(() => sync(follow()), 'SIGNATURE_MISMATCH');
    expect(existsSync(root.luaRoot)).toBe(false);
  });

  it('is judged by the policy of today, also where nothing is new', async () => {
    await release('1.0.0', 1);
    const source = follow();
    await sync(source);
    const text = readFileSync(fleet.file, 'utf8');
    const revoked = `revoked: {keys: ['sha256:${key.publicKey.keyId}']}`;
    writeFileSync(fleet.file, text.replace('trust: {', `trust: {${revoked}, `));
    await expectError(() => sync(source), 'SIGNATURE_MISMATCH');
  });

  it('says what a node has that names no plugins itself', async () => {
    await release('1.0.0', 1);
    fleet.write([]);
    const source = follow();
    await sync(source);
    expect(version()).toBe('1.0.0');
    fleet.write(['reference: oci-layout:./dist:beta-1.0.0']);
    await expectError(() => sync(source), 'LOCK_INVALID');
  });

  it('is compared and planned without being recorded', async () => {
    await release('1.0.0', 1);
    expect(await sync(follow(), { check: true })).toMatchObject({ isDifferent: true });
    expect(await sync(follow(), { dryRun: true })).toMatchObject({ isDifferent: true });
    expect(existsSync(root.luaRoot)).toBe(false);
  });

  it('is no plugin, and no tag is no lock', async () => {
    await release('1.0.0', 1);
    await expectError(() => follow(repository), 'USAGE');
    await expectError(() => follow(`${stable}@${digestOf(Buffer.from(''))}`), 'USAGE');
    await expectError(() => sync(follow(`${repository}:other`)), 'NOT_FOUND');
    const plugin = `oci-layout:${fleet.directory}/dist:alpha-1.0.0`;
    const error = await expectError(() => sync(follow(plugin)), 'LOCK_INVALID');
    expect(error.message).toContain('is no lock');
  });
});

describe('publishing a lock', () => {
  it('moves no tag unasked, publishes no lock that cannot be read, and nothing without a tag', async () => {
    await release('1.0.0', 1);
    const options = { ...registryAccess, key, force: false };
    await expectError(() => publishFleet(fleet, stable, options), 'TAG_EXISTS');
    await expectError(() => publishFleet(fleet, repository, options), 'USAGE');
    writeFileSync(fleet.lockFile, '{}');
    await expectError(() => publishFleet(fleet, stable, options), 'LOCK_INVALID');
  });
});
