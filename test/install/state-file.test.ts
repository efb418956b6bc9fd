import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkInstallRoot, prepareInstallRoot } from '../../src/install/install-root.ts';
import { makePluginReceipt } from '../../src/install/plugin-receipt.ts';
import { readStateFile, writeStateFile, type NodeRecords } from '../../src/install/state-file.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { countOperations } from './intercept-operations.ts';
import { leftInTmp } from './look-at-node.ts';

const note = { since: '2026-02-03T04:05:06.000Z', reason: 'a "reason"\nof two lines' };
const evidence = Buffer.from('evidence');
const { subject, plugin } = makeInstallable({ name: 'one', version: '1' });

const RECORDS: NodeRecords = {
  holds: new Map([
    ['valueOf', note],
    ['constructor', { ...note, reason: '' }],
  ]),
  quarantined: new Map([[digestOf(evidence), note]]),
  staged: [makePluginReceipt(subject, plugin, { evidence, now: new Date(0) })],
  served: new Map([['/usr/local/kong', 42]]),
  locks: new Map([
    [
      'registry.example/acme/fleet:stable',
      { digest: digestOf(evidence), publishedAt: '2026-02-03T04:05:06.000Z' },
    ],
  ]),
};

let luaRoot: string;
let path: string;
beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
  mkdirSync(luaRoot);
  prepareInstallRoot(checkInstallRoot({ luaRoot }));
  path = join(luaRoot, '.kongcrate/state.json');
});

const write = (records: NodeRecords): void => {
  writeStateFile(checkInstallRoot({ luaRoot }), records);
};

describe('state.json', () => {
  it('is empty where there is none', () => {
    const nothing = {
      ...{ holds: new Map(), quarantined: new Map(), staged: [], served: new Map() },
      locks: new Map(),
    };
    expect(readStateFile(luaRoot)).toEqual(nothing);
    expect(readStateFile(join(luaRoot, 'nowhere'))).toEqual(nothing);
  });

  it('is read as it was written, whatever the names', () => {
    write(RECORDS);
    expect(readStateFile(luaRoot)).toEqual(RECORDS);
    expect([...readStateFile(luaRoot).holds.keys()]).toEqual(['constructor', 'valueOf']);
    const bytes = readFileSync(path);
    write({ ...RECORDS, holds: new Map([...RECORDS.holds].reverse()) });
    expect(readFileSync(path)).toEqual(bytes);
    expect(leftInTmp(luaRoot)).toEqual([]);
  });

  it('is replaced whole: written aside, renamed, and its name put on the disk', () => {
    const { files, count } = countOperations();
    writeStateFile(checkInstallRoot({ luaRoot, files }), RECORDS);
    expect(count()).toBe(3);
  });

  it.each<[string, string, string]>([
    ['half of it', '{"schemaVersion": 1, "hol', 'JSON'],
    ['a list', '[]', 'no object'],
    ['a later schema', '{"schemaVersion": 2}', 'schemaVersion 2, not 1'],
    ['no holds', '{"schemaVersion": 1}', 'no object in holds'],
    [
      'a name that is none',
      '{"schemaVersion": 1, "holds": {"__proto__": {"since": "", "reason": ""}}}',
      '"__proto__" in holds',
    ],
    [
      'a hold without a reason',
      '{"schemaVersion": 1, "holds": {"one": {"since": ""}}}',
      'no text in reason',
    ],
    [
      'a digest that is none',
      '{"schemaVersion": 1, "holds": {}, "quarantined": {"sha256:../x": {}}}',
      '"sha256:../x" in quarantined',
    ],
    [
      'a staged plugin of no name',
      '{"schemaVersion": 1, "holds": {}, "quarantined": {}, "staged": [{"name": "../x"}]}',
      'name ../x wrong',
    ],
  ])('is refused with %s, and the way out is said', async (_, text, message) => {
    writeFileSync(path, text);
    const error = await expectError(() => readStateFile(luaRoot), 'INSTALL_FAILED');
    expect(error.message).toContain(path);
    expect(error.message).toContain(message);
    expect(error.remedy).toContain('remove it and set your holds again');
  });

  it('is refused where it is no file', async () => {
    mkdirSync(path);
    await expectError(() => readStateFile(luaRoot), 'INSTALL_FAILED');
  });
});
