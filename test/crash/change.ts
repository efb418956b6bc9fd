import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeHolder } from '../../src/install/mutex-holder.ts';
import { readNodeState } from '../../src/install/read-node-state.ts';
import { storePath } from '../../src/install/node-paths.ts';
import { filesOf } from '../support/make-installable.ts';
import type { Action, Step } from './perform.ts';

/** A change, and what it finds. */
export interface Change {
  readonly title: string;
  readonly action: Action;
  /** Versions that were installed before, one after the other. */
  readonly before: readonly string[];
  /** What happens to the root after that. */
  readonly harm?: (luaRoot: string) => void;
  readonly version: string;
  /** Makes the evidence another than that of the same version before. */
  readonly note?: string;
}

/** Changes that make a new generation. */
export const SWITCHES: readonly Change[] = [
  { title: 'a first install', action: 'install', before: [], version: '1' },
  {
    title: 'an upgrade that prunes a generation',
    action: 'install',
    before: ['0.6', '0.7', '0.8', '0.9', '1'],
    version: '2',
  },
  { title: 'a rollback', action: 'rollback', before: ['1', '2'], version: '1' },
  { title: 'a removal', action: 'remove', before: ['1'], version: '' },
];

/** Changes of what is there already. */
export const REPAIRS: readonly Change[] = [
  {
    title: 'a repair of drifted files',
    action: 'install',
    before: ['1'],
    harm: drift,
    version: '1',
  },
  {
    title: 'an install that only adds evidence',
    action: 'install',
    before: ['1'],
    version: '1',
    note: 'one more signature',
  },
  { title: 'a hold', action: 'hold', before: ['1'], version: '1' },
  {
    title: 'a take-over of the mutex',
    action: 'install',
    before: ['1'],
    harm: leaveMutex,
    version: '1',
  },
];

function drift(luaRoot: string): void {
  const [plugin] = readNodeState({ luaRoot }).plugins;
  if (!plugin) throw new Error('nothing is installed');
  const directory = join(storePath(luaRoot, plugin.layerDigest), 'kong/plugins/one');
  const text = filesOf('one', 'evil')['kong/plugins/one/handler.lua'] ?? '';
  writeFileSync(join(directory, 'handler.lua'), text);
  mkdirSync(join(directory, 'extra'));
}

/** What a process that ended in the middle of a change leaves. */
export function leaveMutex(luaRoot: string): void {
  const holder = { ...describeHolder(new Date()), pid: spawnSync('true').pid };
  writeFileSync(join(luaRoot, '.kongcrate/mutex'), JSON.stringify(holder));
}

export function taskOf({ action, version, note }: Change, names: readonly string[]): Step {
  const noted = note === undefined ? {} : { note };
  return { action, plugins: names.map((name) => ({ name, version, ...noted })) };
}
