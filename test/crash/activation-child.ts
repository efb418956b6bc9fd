import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { createSend } from '../../src/http/create-send.ts';
import { readPublicKey } from '../../src/signing/public-key.ts';
import { disablePlugins } from '../../src/workflows/disable-plugins.ts';
import { readConfiguration } from '../../src/workflows/configuration/read-configuration.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { syncNode } from '../../src/workflows/sync/sync-node.ts';

/** Where a child ends: before one of its operations, counted from 0, or right after one of them. */
export type KillPoint =
  | { readonly before: number }
  /** `nth` of those by this name whose arguments end so, counted from 1. */
  | { readonly after: string; readonly path: string; readonly nth: number };

/** A change of a node that runs. */
export interface ActivationTask {
  /** What is installed, by whose key; what is disabled; or the kongcrate.yaml of a sync. */
  readonly change:
    | { readonly configuration: string }
    | { readonly references: readonly string[]; readonly publicKey: string }
    | { readonly disable: readonly string[] };
  readonly luaRoot: string;
  readonly prefix: string;
  readonly kongConf: string;
  /** PATH, with the program kong. */
  readonly path: string;
  readonly kill?: KillPoint;
}

/** What a child prints unless it is killed: what it did, as `operation path`, and how it ended. */
export interface ActivationResult {
  readonly operations: readonly string[];
  readonly code: string;
}

/** Every call by which kongcrate changes a disk, or starts a program; reading ones are passed over. */
const WATCHED = [
  ...['writeFileSync', 'renameSync', 'mkdirSync', 'mkdtempSync', 'symlinkSync', 'linkSync'],
  ...['unlinkSync', 'rmSync', 'rmdirSync', 'fsyncSync', 'fchmodSync', 'fchownSync', 'utimesSync'],
];

const task = JSON.parse(process.argv[2] ?? '{}') as ActivationTask;
const operations: string[] = [];
let matches = 0;

function endHere(): void {
  process.kill(process.pid, 'SIGKILL');
}

function watch(module: object, name: string): void {
  const functions = module as Record<string, (...args: unknown[]) => unknown>;
  const original = functions[name];
  if (!original) throw new Error(`there is no ${name}`);
  functions[name] = (...args) => {
    const path = args
      .filter((arg) => typeof arg === 'string' || Array.isArray(arg))
      .map((arg) => String(arg).replace(/^\/proc\/self\/fd\/\d+/, (link) => fs.readlinkSync(link)))
      .join(' ');
    const { kill } = task;
    if (kill && 'before' in kill && kill.before === operations.length) endHere();
    operations.push(`${name} ${path}`);
    const result = original(...args);
    if (kill && 'after' in kill && kill.after === name && path.endsWith(kill.path)) matches += 1;
    if (kill && 'nth' in kill && kill.nth === matches) endHere();
    return result;
  };
}

for (const name of WATCHED) watch(fs, name);
for (const name of ['spawn', 'spawnSync']) watch(childProcess, name);
syncBuiltinESMExports();

function end(code: string): void {
  process.stdout.write(JSON.stringify({ operations, code } satisfies ActivationResult));
}

const { change, luaRoot, prefix, kongConf, path } = task;
const place = { prefix, kongConf, environment: { PATH: path } };
const { send } = createSend({ allowLoopback: true });
const root = { luaRoot };

async function make(): Promise<unknown> {
  if ('disable' in change) return disablePlugins(change.disable, { ...place, send, root });
  const kong = { place, send };
  if ('references' in change)
    return installPlugins(change.references, {
      ...{ root, kong },
      keys: [readPublicKey(change.publicKey)],
    });
  const configuration = await readConfiguration(change.configuration);
  return syncNode({ configuration, root, kong, prune: true, allowDowngrade: true });
}

make().then(
  () => {
    end('done');
  },
  (error: unknown) => {
    if (!(error instanceof KongcrateError)) throw error;
    end(error.code);
  },
);
