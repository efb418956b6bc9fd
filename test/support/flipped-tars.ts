import { scanTar } from '../../src/archive/scan-tar.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import type { Listing } from './archive-oracles.ts';
import { fc } from './properties.ts';
import {
  fixChecksum,
  longName,
  paxHeader,
  tarDirectory,
  tarEntry,
  tarFile,
  tarOf,
} from './tar-builder.ts';

/** A prefix with the two times that star and node-tar put behind it. */
const starPrefix: Buffer = Buffer.from(`kong${'\0'.repeat(127)}00000000001 00000000002 `);

/** Archives with every kind of header that is accepted. */
const bases: readonly Buffer[] = [
  tarOf(tarDirectory('kong/'), tarFile('kong/a.lua', 'return 1'), tarFile('b', 'x'.repeat(600))),
  tarOf(paxHeader({ path: 'kong/ä.lua', mtime: '1.5' }), tarFile('x', 'a'), tarFile('c/d', '')),
  tarOf(longName(`kong/${'n'.repeat(120)}`), tarFile('x', 'a'), tarFile('c/d', 'e')),
  tarOf(paxHeader({ comment: 'f'.repeat(40) }, 'g'), tarFile('x', 'a'), tarFile('c/d', 'e')),
  tarOf(tarEntry({ name: 'x', data: 'a', prefix: starPrefix }), tarFile('c/d', 'e')),
];

/** One byte changed anywhere; where that is in a header, its checksum is made right again. */
export const flippedTars: fc.Arbitrary<Buffer> = fc
  .record({
    base: fc.constantFrom(...bases),
    at: fc.nat(),
    change: fc.integer({ min: 1, max: 255 }),
  })
  .map(({ base, at, change }) => {
    const tar = Buffer.from(base);
    const offset = at % tar.length;
    const block = offset - (offset % 512);
    tar[offset] = (tar[offset] ?? 0) ^ change;
    if (base.toString('latin1', block + 257, block + 262) === 'ustar') fixChecksum(tar, block);
    return tar;
  });

/** `path size` of every entry, sorted; `undefined` where the archive is refused. */
export function listAccepted(tar: Buffer): Listing | undefined {
  try {
    return scanTar(tar)
      .map(({ path, kind, bytes }) => `${path}${kind === 'file' ? '' : '/'} ${bytes.length}`)
      .sort();
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'ARCHIVE_REFUSED') return undefined;
    throw error;
  }
}
