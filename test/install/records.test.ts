import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  installPlugins,
  type InstallOptions,
  type InstallOutcome,
  type StagedRequest,
} from '../../src/install/install-plugins.ts';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { readNodeRecords } from '../../src/install/read-node-state.ts';
import { readStateFile, writeStateFile, type NodeRecords } from '../../src/install/state-file.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { installed, versionsRead } from './look-at-node.ts';

const NOTE = { since: '2026-01-01T00:00:00.000Z', reason: 'it dropped requests' };

let luaRoot: string;
beforeEach(async () => {
  luaRoot = join(temporaryDirectory(), 'lua');
  await install('1');
});

const request = (version: string) => makeInstallable({ name: 'one', version });
const digestOf = (version: string) => request(version).subject.reference.descriptor.digest;

const install = (version: string, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> =>
  installPlugins({ luaRoot }, [request(version)], { compareVersions, ...options });

function record(records: Partial<NodeRecords>): void {
  const root = checkInstallRoot({ luaRoot });
  writeStateFile(root, { ...readStateFile(root.path), ...records });
}

describe('a held plugin', () => {
  beforeEach(() => {
    record({
      holds: new Map([
        ['one', NOTE],
        ['other', NOTE],
      ]),
    });
  });

  it('keeps its version, and says since when, why and how to release it', async () => {
    const error = await expectError(() => install('2'), 'HELD');
    expect(error).toMatchObject({ exitCode: 18, details: { name: 'one', reason: NOTE.reason } });
    expect(error.message).toContain(NOTE.since);
    expect(error.remedy).toMatch(/kongcrate unhold one.*--unhold/);
    await expectError(() => install('2', { dryRun: true }), 'HELD');
    expect(installed(luaRoot)).toEqual(['one 1']);
  });

  it('is repaired all the same, and stays held', async () => {
    const [store = ''] = readdirSync(join(luaRoot, '.kongcrate/store'));
    writeFileSync(join(luaRoot, '.kongcrate/store', store, 'kong/plugins/one/handler.lua'), 'evil');
    expect(await install('1')).toMatchObject({ plugins: [{ state: 'repaired' }] });
    expect(readNodeRecords({ luaRoot }).holds.get('one')).toEqual(NOTE);
  });

  it('is changed with --unhold, which ends its hold and no other', async () => {
    await install('2', { unhold: true });
    expect(installed(luaRoot)).toEqual(['one 2']);
    expect([...readNodeRecords({ luaRoot }).holds.keys()]).toEqual(['other']);
  });

  it('keeps the others of a set from being changed too', async () => {
    const both = [request('2'), makeInstallable({ name: 'two', version: '1' })];
    await expectError(() => installPlugins({ luaRoot }, both, { compareVersions }), 'HELD');
    expect(installed(luaRoot)).toEqual(['one 1']);
  });
});

describe('a digest in quarantine', () => {
  beforeEach(() => {
    record({ quarantined: new Map([[digestOf('2'), NOTE]]) });
  });

  it('is not installed again without --retry, which takes it out', async () => {
    const error = await expectError(() => install('2'), 'QUARANTINED');
    expect(error).toMatchObject({ exitCode: 18, details: { digest: digestOf('2') } });
    expect(error.remedy).toContain('--retry');
    await install('1.5');
    expect(readNodeRecords({ luaRoot }).quarantined.size).toBe(1);
    await install('2', { retry: true });
    expect(installed(luaRoot)).toEqual(['one 2']);
    expect(readNodeRecords({ luaRoot }).quarantined.size).toBe(0);
  });
});

describe('a staged plugin', () => {
  const stage = (version: string): Promise<InstallOutcome> => install(version, { stage: true });
  const stored = (): number => readdirSync(join(luaRoot, '.kongcrate/store')).length;

  function stagedRequest(version: string): StagedRequest {
    const [staged] = readNodeRecords({ luaRoot }).staged;
    if (!staged) throw new Error('nothing is staged');
    const { subject, authorize } = request(version);
    return { subject, authorize, staged };
  }

  it('is in the store and not live, over other changes and their pruning', async () => {
    expect(await stage('2')).toEqual({
      generation: 1,
      plugins: [
        { name: 'one', version: '2', digest: digestOf('2'), state: 'staged', previousVersion: '1' },
      ],
    });
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    for (const version of ['1', '2', '3'])
      await installPlugins(
        { luaRoot, keepGenerations: 1 },
        [makeInstallable({ name: 'two', version })],
        { compareVersions },
      );
    expect(readNodeRecords({ luaRoot }).staged).toMatchObject([{ name: 'one', version: '2' }]);
    expect(stored()).toBe(3);
  });

  it('is installed from the store, and its record goes away', async () => {
    await stage('2');
    expect(
      await installPlugins({ luaRoot }, [stagedRequest('2')], { compareVersions }),
    ).toMatchObject({ generation: 2, plugins: [{ state: 'upgraded' }] });
    expect(versionsRead(luaRoot, 'one')).toEqual(['2', '2', '2']);
    expect(readNodeRecords({ luaRoot }).staged).toEqual([]);
  });

  it('is replaced by what is staged anew, which the next change prunes', async () => {
    await stage('2');
    await stage('3');
    expect(readNodeRecords({ luaRoot }).staged).toMatchObject([{ version: '3' }]);
    expect(stored()).toBe(2);
  });

  it('is not recorded when it is live', async () => {
    expect(await stage('1')).toMatchObject({ plugins: [{ state: 'unchanged' }] });
    expect(readNodeRecords({ luaRoot }).staged).toEqual([]);
  });

  it('may be held or in quarantine, and is refused only when it is to go live', async () => {
    record({ holds: new Map([['one', NOTE]]), quarantined: new Map([[digestOf('2'), NOTE]]) });
    await stage('2');
    const staged = [stagedRequest('2')];
    await expectError(() => installPlugins({ luaRoot }, staged, { compareVersions }), 'HELD');
    const options = { compareVersions, unhold: true };
    await expectError(() => installPlugins({ luaRoot }, staged, options), 'QUARANTINED');
    await installPlugins({ luaRoot }, staged, { ...options, retry: true });
    expect(installed(luaRoot)).toEqual(['one 2']);
  });

  it('is refused when its files or its subject are not what was staged', async () => {
    await stage('2');
    const wrong = { ...stagedRequest('2'), subject: request('3').subject };
    await expectError(
      () => installPlugins({ luaRoot }, [wrong], { compareVersions }),
      'DIGEST_MISMATCH',
    );
    const staged = stagedRequest('2');
    const store = staged.staged.layerDigest.replace(':', '-');
    writeFileSync(join(luaRoot, '.kongcrate/store', store, 'kong/plugins/one/handler.lua'), 'evil');
    await expectError(
      () => installPlugins({ luaRoot }, [staged], { compareVersions }),
      'INSTALL_FAILED',
    );
    expect(installed(luaRoot)).toEqual(['one 1']);
  });
});
