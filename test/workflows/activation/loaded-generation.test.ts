import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installPlugins } from '../../../src/install/install-plugins.ts';
import { recordServed } from '../../../src/install/quarantine.ts';
import { readLive } from '../../../src/install/generations.ts';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import {
  hasLoaded,
  loadedGeneration,
} from '../../../src/workflows/activation/loaded-generation.ts';
import { compareVersions, makeInstallable } from '../../support/make-installable.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

it('a worker that was replaced is no sign that the node has loaded what is live', async () => {
  const path = join(temporaryDirectory(), 'lua');
  const install = async (version: string): Promise<unknown> =>
    installPlugins({ luaRoot: path }, [makeInstallable({ name: 'canary', version })], {
      compareVersions,
    });
  await install('1');
  await install('2');
  const worker = spawn('sleep', ['1000'], { stdio: 'ignore' });
  await once(worker, 'spawn');
  try {
    const place = { prefix: temporaryDirectory(), kongConf: '/none.conf', environment: {} };
    // This process stands for the master, which began before.
    const node = {
      ...readKongNode(place),
      ...{ masterPid: process.pid, workerPids: [worker.pid ?? 0], plugins: ['canary'] },
    };
    const live = { path, plugins: readLive(path).plugins };
    expect(loadedGeneration(path, node)).toBe(2);
    expect(hasLoaded(live, node)).toBe(false);
    const served = { prefix: node.prefix, digests: [] };
    recordServed({ luaRoot: path }, { ...served, generation: 1 });
    expect(hasLoaded(live, node)).toBe(false);
    expect(hasLoaded(live, { ...node, plugins: ['bundled'] })).toBe(true);
    recordServed({ luaRoot: path }, { ...served, generation: 2 });
    expect(hasLoaded(live, node)).toBe(true);
    expect(hasLoaded(live, { ...node, prefix: '/another' })).toBe(false);
    expect(hasLoaded(live, { ...node, prefix: '/another', masterPid: worker.pid ?? 0 })).toBe(true);
  } finally {
    worker.kill('SIGKILL');
  }
});
