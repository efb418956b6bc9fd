import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readNodeRecords } from '../../src/install/read-node-state.ts';
import { readStaged } from '../../src/install/read-staged.ts';
import { allDrift, installed, versionsRead } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { recoverTwice, stopEverywhere } from './stop-everywhere.ts';

const NEXT = makeInstallable({ name: 'one', version: '2' });

const stage = (luaRoot: string, files?: FileOperations): Promise<unknown> =>
  installPlugins({ luaRoot, lockWaitMs: 0, ...(files ? { files } : {}) }, [NEXT], {
    compareVersions,
    stage: true,
  });

it('what is staged is recorded only when it is whole, wherever it is stopped', async () => {
  const template = join(memoryDirectory(), 'lua');
  await installPlugins({ luaRoot: template }, [makeInstallable({ name: 'one', version: '1' })], {
    compareVersions,
  });
  const seen = new Set<number>();
  const { repository, descriptor } = NEXT.subject.reference;
  await stopEverywhere({
    template,
    work: stage,
    check: async (luaRoot, where) => {
      const { staged } = readNodeRecords({ luaRoot });
      seen.add(staged.length);
      for (const plugin of staged)
        expect(readStaged({ luaRoot }, { repository, digest: descriptor.digest }), where).toEqual(
          plugin,
        );
      recoverTwice(luaRoot);
      expect(versionsRead(luaRoot, 'one'), where).toEqual(['1', '1', '1']);
      await stage(luaRoot);
      const [whole] = readNodeRecords({ luaRoot }).staged;
      if (!whole) throw new Error(`nothing is staged: ${where}`);
      const { subject, authorize } = NEXT;
      await installPlugins({ luaRoot }, [{ subject, authorize, staged: whole }], {
        compareVersions,
      });
      expect(installed(luaRoot), where).toEqual(['one 2']);
      expect(readNodeRecords({ luaRoot }).staged, where).toEqual([]);
      expect(allDrift(luaRoot), where).toEqual([]);
    },
  });
  expect([...seen].sort()).toEqual([0, 1]);
}, 120_000);
