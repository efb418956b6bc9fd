import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findDrift } from '../../src/install/find-drift.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readEvidence, readNodeState } from '../../src/install/read-node-state.ts';
import type { PluginReceipt } from '../../src/install/receipt.ts';
import { allDrift } from '../install/look-at-node.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const NOBODY = 65_534;

let luaRoot: string;
let plugin: PluginReceipt;
let receipt: string;
let evidence: string;
let mutex: string;

const install = (version = '1'): Promise<unknown> =>
  installPlugins({ luaRoot, lockWaitMs: 0 }, [makeInstallable({ name: 'one', version })], {
    compareVersions,
  });

beforeEach(async () => {
  const parent = temporaryDirectory();
  chmodSync(parent, 0o755);
  luaRoot = join(parent, 'lua');
  await install();
  const [first] = readNodeState({ luaRoot }).plugins;
  if (!first) throw new Error('nothing is installed');
  plugin = first;
  const [store = ''] = readdirSync(join(luaRoot, '.kongcrate/store'));
  receipt = join(luaRoot, '.kongcrate/generations/1/receipt.json');
  evidence = join(
    luaRoot,
    `.kongcrate/store/${store}/.evidence/${plugin.evidence.replace(':', '-')}.json`,
  );
  mutex = join(luaRoot, '.kongcrate/mutex');
});

type Put = (path: string) => void | Promise<void>;

const SPECIAL: Record<string, Put> = {
  'a FIFO': async (path) => {
    await run('mkfifo', [path]);
  },
  'a link to a FIFO': async (path) => {
    await run('mkfifo', [join(luaRoot, 'fifo')]);
    symlinkSync(join(luaRoot, 'fifo'), path);
  },
  'a link to the real file': (path) => {
    writeFileSync(join(luaRoot, 'elsewhere'), '{}');
    symlinkSync(join(luaRoot, 'elsewhere'), path);
  },
  'a directory': (path) => {
    mkdirSync(path);
  },
  'a socket': async (path) => {
    // Made under a short name: an address of a socket has 108 bytes at most.
    const short = join(luaRoot, 's');
    const server = createServer().listen(short);
    await once(server, 'listening');
    renameSync(short, path);
    server.close();
  },
  'a huge file': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40);
  },
};

describe.each(Object.entries(SPECIAL))('%s', (_, put) => {
  it('in place of the mutex is a holder without a name', async () => {
    await put(mutex);
    const error = await expectError(() => install('2'), 'NODE_BUSY');
    expect(error.message).toContain('no readable name');
    expect(error.remedy).toContain(`remove ${mutex}`);
  });

  it('in place of a receipt is refused, for reading and for every change', async () => {
    rmSync(receipt);
    await put(receipt);
    const error = await expectError(() => readNodeState({ luaRoot }), 'INSTALL_FAILED');
    expect(error.details).toEqual({ reason: 'DAMAGED', path: receipt });
    await expectError(() => install('2'), 'INSTALL_FAILED');
  });

  it('in place of the evidence is drift, and installing again repairs it', async () => {
    rmSync(evidence);
    await put(evidence);
    expect(findDrift({ luaRoot }, plugin)).toMatchObject([{ problem: 'changed' }]);
    await expectError(() => readEvidence({ luaRoot }, plugin), 'INSTALL_FAILED');
    expect(await install()).toMatchObject({ generation: 1, plugins: [{ state: 'repaired' }] });
    expect(allDrift(luaRoot)).toEqual([]);
    expect(readEvidence({ luaRoot }, plugin).blobs.size).toBe(1);
  });
});

it('a file in place of the directory of the evidence is repaired as well', async () => {
  rmSync(dirname(evidence), { recursive: true });
  writeFileSync(dirname(evidence), '');
  expect(findDrift({ luaRoot }, plugin)).toMatchObject([{ problem: 'missing' }]);
  await expectError(() => readEvidence({ luaRoot }, plugin), 'INSTALL_FAILED');
  expect(await install()).toMatchObject({ plugins: [{ state: 'repaired' }] });
  expect(allDrift(luaRoot)).toEqual([]);
});

describe('what another user may not read', () => {
  /** As whoever may not read files of mode 0600 that are root's. */
  const asNobody = (look: () => unknown): unknown => {
    if (process.getuid?.() !== 0) return look();
    process.seteuid?.(NOBODY);
    try {
      return look();
    } finally {
      process.seteuid?.(0);
    }
  };
  const close = (path: string): void => {
    chmodSync(path, process.getuid?.() === 0 ? 0o600 : 0);
  };

  it('is told as such and never called damaged: the receipt', async () => {
    close(receipt);
    const error = await expectError(
      () => asNobody(() => readNodeState({ luaRoot })),
      'INSTALL_FAILED',
    );
    expect(error.details).toEqual({ errno: 'EACCES', path: receipt });
    expect(error.remedy).not.toContain('remove');
    chmodSync(receipt, 0o644);
  });

  it('is told as such: the evidence', async () => {
    close(evidence);
    for (const read of [findDrift, readEvidence]) {
      const error = await expectError(
        () => asNobody(() => read({ luaRoot }, plugin)),
        'INSTALL_FAILED',
      );
      expect(error.details).toEqual({ errno: 'EACCES', path: evidence });
    }
  });
});
