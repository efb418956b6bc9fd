import { once } from 'node:events';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SpoolRoom } from '../../src/system/spool-room.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { expectError } from '../support/expect-error.ts';
import { fc } from '../support/properties.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const KIBIBYTE = 1024;

/** The open files of this process that once stood in a directory. */
function openIn(directory: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map((descriptor) => join('/proc/self/fd', descriptor))
    .filter((path) => linkOf(path).startsWith(directory));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

it('gives back every range that was written, however it was read before', () => {
  const room = new SpoolRoom({ directories: [temporaryDirectory()] });
  const bytes = Buffer.from(Array.from({ length: 300 * KIBIBYTE }, (_, index) => index % 251));
  const spool = room.open();
  for (let start = 0; start < bytes.length; start += 7000)
    spool.write(bytes.subarray(start, start + 7000));
  expect(spool).toHaveLength(bytes.length);
  const position = fc.nat(bytes.length);
  fc.assert(
    fc.property(fc.array(fc.tuple(position, position)), (ranges) => {
      for (const [one, other] of ranges) {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        expect(spool.subarray(start, end).equals(bytes.subarray(start, end))).toBe(true);
      }
    }),
  );
  room.close();
});

it('has no name, is for its owner alone, and is gone when the room is closed', () => {
  const directory = temporaryDirectory();
  const room = new SpoolRoom({ directories: [directory] });
  room.open().write(Buffer.from('secret'));
  expect(readdirSync(directory)).toEqual([]);
  const [path = '', ...others] = openIn(directory);
  expect(others).toEqual([]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  room.close();
  expect(openIn(directory)).toEqual([]);
});

it('leaves nothing when the process is killed', async () => {
  const directory = temporaryDirectory();
  const start = await bundleProgram(new URL('spool-child.ts', import.meta.url));
  const child = start({ directory });
  if (child.stdout) await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(readdirSync(directory)).toEqual([]);
});

it('holds what is small, and together no more than a few', () => {
  const room = new SpoolRoom({ directories: [] });
  const sixteen = 16 * KIBIBYTE * KIBIBYTE;
  expect(room.holds(sixteen + 1)).toBe(false);
  expect([1, 2, 3, 4].map(() => room.holds(sixteen))).toEqual([true, true, true, false]);
  expect(room.holds(1)).toBe(false);
});

it('passes over a directory that is not there, and says where none is', async () => {
  const directory = temporaryDirectory();
  const missing = join(directory, 'missing');
  const room = new SpoolRoom({ directories: [missing, directory] });
  room.open();
  expect(openIn(directory)).toHaveLength(1);
  room.close();
  const error = await expectError(
    () => new SpoolRoom({ directories: [missing] }).open(),
    'INSTALL_FAILED',
  );
  expect(error.message).toContain(missing);
});
