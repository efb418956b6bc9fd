import { beforeAll, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { describeWithPeers } from '../support/peers.ts';
import { until } from '../support/stand-in-kong/eventually.ts';
import {
  findProcessTree,
  listProcesses,
  type RunningProcess,
} from '../support/stand-in-kong/processes.ts';
import { publishSample } from '../workflows/activation/support.ts';
import type { KillPoint } from './activation-child.ts';
import { expectClean } from './expect-clean.ts';
import { bundleChild, startVictim, type VictimNode } from './killed-activation.ts';

const renamed = (path: string, nth = 1): KillPoint => ({ after: 'renameSync', path, nth });

describeWithPeers(['luajit'], 'an install that is killed on a running node', () => {
  let victim: VictimNode;
  beforeAll(async () => {
    victim = await startVictim();
  });

  it.each<[string, (prefix: string) => KillPoint, 'undone' | 'done']>([
    ['when all is saved', (prefix) => renamed(`${prefix}/.kongcrate/transaction.json`), 'undone'],
    ['when kong.conf is written', () => renamed('/kong.conf'), 'undone'],
    ['when the files are switched', () => renamed('/.kongcrate/current'), 'undone'],
    [
      'before the reload',
      (prefix) => renamed(`${prefix}/.kongcrate/transaction.json`, 2),
      'undone',
    ],
    [
      'during the reload',
      (prefix) => ({ after: 'spawn', path: `reload,-p,${prefix}`, nth: 1 }),
      'undone',
    ],
    [
      'when it is confirmed',
      (prefix) => ({ after: 'rmSync', path: `${prefix}/.kongcrate/transaction.json`, nth: 1 }),
      'done',
    ],
  ])('%s is undone or finished by the next command', async (_, pointIn, end) => {
    const { kong, client, run, settle } = victim;
    expect(await run(pointIn(kong.prefix))).toBeUndefined();
    expect(client.header('x-canary-version')).toMatch(/^1\.[01]\.0$/);
    expect(await settle()).toBe(end);
    expect(client.failures).toEqual([]);
  });

  it('leaves no Kong behind that loads a plugin which never returns', async () => {
    const { luaRoot, prefix, kongConf, environment } = victim.kong.parts;
    const key = await makeKey();
    const references = [await publishSample('loop', { key, kind: 'endless-loop' })];
    const change = { references, publicKey: key.publicKey.pem };
    const start = await bundleChild();
    const child = start({ change, luaRoot, prefix, kongConf, path: environment['PATH'] ?? '' });
    const preflight = (): readonly RunningProcess[] => findProcessTree(`config parse -c ${prefix}`);
    await until(() => preflight().some(({ command }) => command.includes('luajit')));
    const pids = preflight().map(({ pid }) => pid);
    child.kill('SIGKILL');
    await until(() => !listProcesses().some(({ pid }) => pids.includes(pid)));
  });

  it('serves all the time, and stands as if nothing had been killed', async () => {
    const { client, kong, run } = victim;
    expect(await run()).toMatchObject({ code: 'done' });
    expectClean(kong.parts.luaRoot);
    await client.stop();
    expect(client.failures).toEqual([]);
    expect(client.requests).toBeGreaterThan(10);
  });
});
