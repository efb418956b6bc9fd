import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readHistory, type HistoryEntry } from '../../src/install/read-history.ts';
import { readNodeState } from '../../src/install/read-node-state.ts';
import { removePlugins } from '../../src/install/remove-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { memoryDirectory } from './memory-directory.ts';
import { installed } from './look-at-node.ts';

let luaRoot: string;
beforeEach(() => {
  luaRoot = join(memoryDirectory(), 'lua');
});

const install = (version: string, ...names: readonly string[]): Promise<unknown> =>
  installPlugins(
    { luaRoot },
    names.map((name) => makeInstallable({ name, version })),
    { compareVersions, unhold: true },
  );

/** One line an entry: `number action: name from>to …`. */
const lines = (history: readonly HistoryEntry[]): readonly string[] =>
  history.map(({ generation, action, isLive, changes }) => {
    const what = changes?.map(
      ({ name, from, to }) => `${name} ${from?.version ?? '-'}>${to?.version ?? '-'}`,
    );
    return `${generation} ${action}${isLive ? '*' : ''}: ${what?.join(' ') ?? '?'}`;
  });

describe('readHistory', () => {
  it('says of each generation what it changed, newest first', async () => {
    expect(readHistory({ luaRoot })).toEqual([]);
    await install('1', 'one', 'two');
    await install('2', 'one', 'constructor');
    await rollbackPlugins({ luaRoot }, { authorize: () => Promise.resolve() });
    await removePlugins({ luaRoot }, ['two'], { authorize: () => undefined });
    const history = readHistory({ luaRoot });
    expect(lines(history)).toEqual([
      '4 remove*: two 1>-',
      '3 rollback: constructor 2>- one 2>1',
      '2 install: constructor ->2 one 1>2',
      '1 install: one ->1 two ->1',
    ]);
    const { digest } = makeInstallable({ name: 'two', version: '1' }).subject.reference.descriptor;
    expect(history[0]?.changes?.[0]?.from).toMatchObject({ version: '1', digest });
    expect(history[0]?.changes?.[0]?.from?.trust).toMatchObject({
      signers: [{ kind: 'key', keyId: 'ab'.repeat(32) }],
    });
    expect(history[1]).toMatchObject({ isLive: false, plugins: ['one', 'two'] });
  });

  it('does not guess what a generation changed whose predecessor is gone', async () => {
    for (const version of ['1', '2', '3', '4', '5', '6']) await install(version, 'one');
    expect(lines(readHistory({ luaRoot })).slice(-2)).toEqual([
      '3 install: one 2>3',
      '2 install: ?',
    ]);
  });

  it('writes nothing', async () => {
    await install('1', 'one');
    const before = listTree(luaRoot);
    expect(lines(readHistory({ luaRoot }))).toEqual(['1 install*: one ->1']);
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('names a truncated receipt and the way out, which works', async () => {
    await install('1', 'one');
    await install('2', 'one');
    const generation = (number: number): string =>
      join(luaRoot, `.kongcrate/generations/${number}`);
    truncateSync(join(generation(1), 'receipt.json'), 100);
    const old = await expectError(() => readHistory({ luaRoot }), 'INSTALL_FAILED');
    expect(old.message).toContain(join(generation(1), 'receipt.json'));
    expect(old.remedy).toContain(`remove ${generation(1)}: it is only there to go back to`);
    expect(installed(luaRoot)).toEqual(['one 2']);
    rmSync(generation(1), { recursive: true });
    expect(lines(readHistory({ luaRoot }))).toEqual(['2 install*: ?']);

    await install('3', 'one');
    truncateSync(join(generation(3), 'receipt.json'), 0);
    const live = await expectError(() => readNodeState({ luaRoot }), 'INSTALL_FAILED');
    expect(live.remedy).toContain(
      `make generation 2 live (ln -sfn generations/2 ${join(luaRoot, '.kongcrate/current')})`,
    );
  });
});
