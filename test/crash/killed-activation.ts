import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { settleTransaction } from '../../src/workflows/activation/settle-transaction.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import type { ContinuousClient } from '../support/stand-in-kong/continuous-client.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import {
  installerFor,
  kongOf,
  publishSample,
  settingsOf,
  type Installer,
} from '../workflows/activation/support.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { ActivationResult, ActivationTask, KillPoint } from './activation-child.ts';

/** A node that serves canary, and what a child is to install on it: a newer one, and another plugin. */
export interface VictimNode {
  readonly kong: KongNode;
  readonly client: ContinuousClient;
  /** Runs a child, which is killed or comes to its end. */
  readonly run: (kill?: KillPoint) => Promise<ActivationResult | undefined>;
  /** What the next command finds and does; gives whether the change stands. */
  readonly settle: () => Promise<'undone' | 'done'>;
  /** Gives the Lua root the very files of the start again, which hold what is served. */
  readonly reset: () => void;
}

async function makeInstaller(kong: KongNode): Promise<Installer> {
  const installer = await installerFor(kong);
  // Kong does not run yet: the files alone.
  await installer.install('canary', { version: '1.0.0' });
  return installer;
}

/** A program that makes a change, and is killed on the way. */
export async function bundleChild(): Promise<(task: ActivationTask) => ChildProcess> {
  return bundleProgram(new URL('activation-child.ts', import.meta.url));
}

/** Starts a node for kills; the settings that Kong has generated are those of a first reload. */
export async function startVictim(): Promise<VictimNode> {
  const start = await bundleChild();
  const luaRoot = openDirectory();
  const stopped = { parts: { luaRoot, prefix: join(luaRoot, 'none'), kongConf: 'none' } };
  const { key } = await makeInstaller(stopped as unknown as KongNode);
  const kong = await startKong({ luaRoot, plugins: ['bundled', 'canary'] });
  const references = [
    await publishSample('canary', { key, version: '1.1.0' }),
    await publishSample('extra', { key }),
  ];
  const { prefix, kongConf, environment } = kong.parts;
  const change = { references, publicKey: key.publicKey.pem };
  const task = { change, luaRoot, prefix, kongConf };
  const before = settingsOf(kong);
  const client = kong.continuousClient();
  const template = join(temporaryDirectory(), 'lua');
  copy(luaRoot, template);
  return {
    kong,
    client,
    reset: () => {
      for (const name of readdirSync(luaRoot)) rmSync(join(luaRoot, name), { recursive: true });
      copy(template, luaRoot);
    },
    run: (kill) =>
      resultOf(start({ ...task, path: environment['PATH'] ?? '', ...(kill && { kill }) })),
    settle: async () => {
      await settleTransaction({ options: kongOf(kong), root: {}, signal: undefined });
      return checkSettled(kong, before);
    },
  };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** What a child did; `undefined` where it was killed. */
export async function resultOf(child: ChildProcess): Promise<ActivationResult | undefined> {
  if (!child.stdout) throw new Error('the child has no stdout');
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.signalCode === 'SIGKILL') return undefined;
  return JSON.parse(output) as ActivationResult;
}

async function checkSettled(
  kong: KongNode,
  before: Readonly<Record<string, string>>,
): Promise<'undone' | 'done'> {
  const { luaRoot } = kong.parts;
  const { plugins } = readStatus({ luaRoot });
  const isDone = plugins.length === 2;
  const version = isDone ? '1.1.0' : '1.0.0';
  expect(plugins.find(({ name }) => name === 'canary')).toMatchObject({ version, drift: [] });
  expect((await kong.request()).headers['x-canary-version']).toBe(version);
  expect(await kong.ready()).toBe(200);
  if (!isDone) expect(settingsOf(kong)).toEqual(before);
  expect(existsSync(join(kong.prefix, '.kongcrate/transaction.json'))).toBe(false);
  return isDone ? 'done' : 'undone';
}
