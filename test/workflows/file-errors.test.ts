import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeLayer } from '../support/encode-layer.ts';
import { pullArtifact } from '../../src/workflows/pull-artifact.ts';
import { pushPlugin } from '../../src/workflows/push-plugin.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { unpackArchive } from '../../src/workflows/unpack-archive.ts';
import { writeNewFile } from '../../src/workflows/write-new-file.ts';
import { expectError } from '../support/expect-error.ts';
import { pluginFiles, publish } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Any user but root, whom no permission stops. */
const NOBODY = 65_534;

async function asNobody(act: () => unknown): Promise<void> {
  const { getuid, seteuid } = process;
  const isRoot = getuid?.() === 0;
  if (isRoot) seteuid?.(NOBODY);
  try {
    await act();
  } finally {
    if (isRoot) seteuid?.(0);
  }
}

let reference: string;
let place: string;
const at = (...names: readonly string[]): string => join(place, ...names);

beforeAll(async () => {
  ({ reference } = await publish());
});

beforeEach(async () => {
  place = temporaryDirectory();
  chmodSync(place, 0o755);
  writeFileSync(at('afile'), 'mine');
  const { bytes } = await encodeLayer(pluginFiles('my-plugin', '1.0.0'));
  writeFileSync(at('plugin.tgz'), bytes);
});

describe('a file where a directory is needed', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['unpack', 'EEXIST', () => unpackArchive(at('plugin.tgz'), { directory: at('afile') })],
    ['push', 'ENOTDIR', () => pushPlugin(at('plugin.tgz'), `oci-layout:${at('afile')}:1.0.0`)],
    [
      'pull',
      'ENOTDIR',
      () =>
        pullArtifact(reference, {
          output: at('afile/layout'),
          format: 'oci',
          allowUnsigned: true,
        }),
    ],
  ])('%s says so', async (_, errno, call) => {
    const error = await expectError(call, 'INSTALL_FAILED');
    expect(error.exitCode).toBe(9);
    expect(error.message).toContain(at('afile'));
    expect(error.remedy).toContain('name another directory');
    expect(error.details).toMatchObject({ errno });
    expect(readFileSync(at('afile'), 'utf8')).toBe('mine');
  });
});

describe('a directory that belongs to somebody else', () => {
  beforeEach(() => {
    mkdirSync(at('theirs'), { mode: 0o555 });
  });

  it.each<[string, () => unknown]>([
    ['unpack into it', () => unpackArchive(at('plugin.tgz'), { directory: at('theirs') })],
    ['unpack beside it', () => unpackArchive(at('plugin.tgz'), { directory: at('theirs/new') })],
    ['push', () => pushPlugin(at('plugin.tgz'), `oci-layout:${at('theirs')}:1.0.0`)],
    [
      'write a file',
      () => {
        writeNewFile(at('theirs/file'), 'x', 0o644);
      },
    ],
  ])('%s: says so, and leaves nothing', async (_, call) => {
    await asNobody(async () => {
      const error = await expectError(call, 'INSTALL_FAILED');
      expect(error.message).toMatch(/theirs.*: permission denied \(EACCES\)$/);
      expect(error.remedy).toContain('as the user who owns');
    });
    expect(readdirSync(at('theirs'))).toEqual([]);
  });

  it('a layout that cannot be read is said to be so', async () => {
    await pushPlugin(at('plugin.tgz'), `oci-layout:${at('layout')}:1.0.0`);
    chmodSync(at('layout/blobs'), 0o000);
    await asNobody(async () => {
      const pull = (): Promise<unknown> =>
        pullArtifact(`oci-layout:${at('layout')}:1.0.0`, {
          output: at('out'),
          allowUnsigned: true,
        });
      await expectError(pull, 'SOURCE_UNREADABLE');
    });
    chmodSync(at('layout/blobs'), 0o755);
  });

  it('status of a file that cannot be read is a failure with its path', async () => {
    const luaRoot = at('lua');
    await installPlugins([reference], { root: { luaRoot }, allowUnsigned: true });
    const handler = at('lua/kong/plugins/my-plugin/handler.lua');
    chmodSync(handler, 0o600);
    if (process.getuid?.() !== 0) chmodSync(handler, 0o000);
    await asNobody(async () => {
      const error = await expectError(() => readStatus({ luaRoot }), 'INSTALL_FAILED');
      expect(error.message).toMatch(/handler\.lua: permission denied \(EACCES\)/);
    });
  });
});
