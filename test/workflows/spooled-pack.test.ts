import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_ARCHIVE_LIMITS } from '../../src/archive/archive-limits.ts';
import { encodeLayer } from '../../src/archive/encode-layer.ts';
import { packToFile } from '../../src/workflows/pack-to-file.ts';
import { pushPlugin } from '../../src/workflows/push-plugin.ts';
import { readSourceTree } from '../../src/workflows/read-source-tree.ts';
import { GOOD, type Texts } from '../plugin/source-of.ts';
import { canMount } from '../support/can-mount.ts';
import { expectError } from '../support/expect-error.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const NOISE = randomBytes(600_000);
const PEM = ['-----BEGIN PRIVATE ', 'KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n'].join('');
/** Everything goes through files. */
const spooled = { maxHeldBytes: 0, version: '1.0.0' } as const;
const held = { version: '1.0.0' } as const;
let place: string;
let source: string;

function write(files: Texts): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), content);
  }
}

const [handler = ''] = Object.keys(GOOD);
const beside = (name: string): string => join(dirname(handler), name);

beforeEach(() => {
  place = temporaryDirectory();
  source = join(place, 'source');
  write({ ...GOOD, [beside('model.bin')]: NOISE });
});

describe('what is not held in memory', () => {
  it('is packed and pushed to the same digests, and leaves nothing beside them', async () => {
    const files = [join(place, 'held.tar.gz'), join(place, 'spooled.tar.gz')] as const;
    const one = await packToFile(source, { ...held, output: files[0] });
    const two = await packToFile(source, { ...spooled, output: files[1] });
    expect(two.layer.digest).toBe(one.layer.digest);
    expect(two.layer.diffId).toBe(one.layer.diffId);
    expect(readFileSync(files[1]).equals(readFileSync(files[0]))).toBe(true);
    const layout = `oci-layout:${join(place, 'layout')}`;
    const digests: string[] = [];
    for (const options of [held, spooled])
      for (const from of [source, files[0]])
        digests.push((await pushPlugin(from, layout, options)).digest);
    expect(new Set(digests).size).toBe(1);
    expect(readdirSync(place).sort()).toEqual([
      'held.tar.gz',
      'layout',
      'source',
      'spooled.tar.gz',
    ]);
    const again = await packToFile(source, { ...spooled, output: files[0] });
    expect(again.wasPresent).toBe(true);
  });

  it('is searched for secrets all the same', async () => {
    write({ [beside('notes.txt')]: Buffer.concat([NOISE, Buffer.from(PEM)]) });
    const layout = `oci-layout:${join(place, 'layout')}`;
    const error = await expectError(() => pushPlugin(source, layout, spooled), 'PLUGIN_REFUSED');
    expect(error.details['rules']).toEqual(['private-key']);
  });

  it('is refused where a file was changed after the checks', async () => {
    const limits = { ...DEFAULT_ARCHIVE_LIMITS, maxHeldBytes: 0 };
    const files = readSourceTree(source, limits);
    appendFileSync(join(source, beside('model.bin')), 'x');
    const error = await expectError(() => encodeLayer(files), 'SOURCE_UNREADABLE');
    expect(error.message).toContain('model.bin cannot be read: it was changed');
  });

  it('is not begun for a signal that came before', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(packToFile(source, { ...spooled, signal })).rejects.toThrow('stop');
  });

  it.runIf(canMount)('leaves nothing on a disk that is full', async () => {
    const small = join(place, 'small');
    mkdirSync(small);
    const args = ['-t', 'tmpfs', '-o', 'size=64k,mode=755', 'tmpfs', small];
    expect((await run('mount', args)).status).toBe(0);
    try {
      const packed = packToFile(source, { ...spooled, output: join(small, 'plugin.tar.gz') });
      const error = await expectError(() => packed, 'INSTALL_FAILED');
      expect(error).toMatchObject({ exitCode: 9, details: { errno: 'ENOSPC' } });
      expect(error.remedy).toContain('Free some space');
      expect(readdirSync(small)).toEqual([]);
    } finally {
      await run('umount', [small]);
    }
  });
});

it('takes what a killed run left of an archive for no part of the plugin', () => {
  write({ 'plugin-1.0.0.tar.gz.0123456789ab.partial': 'half' });
  const left = readSourceTree(source, DEFAULT_ARCHIVE_LIMITS).at(-1);
  expect(left).toMatchObject({ kind: 'own-output', bytes: new Uint8Array() });
});
