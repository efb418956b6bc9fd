import { gzipSync } from 'node:zlib';
import { randomPiece } from './mutate-tar.ts';
import type { Random } from './random.ts';

/** A tar.gz with its gzip bytes changed: header, deflate stream, trailer, or what follows. */
export function mutatedGzip(random: Random): Buffer {
  const tar = Buffer.concat([randomPiece(random), randomPiece(random), Buffer.alloc(1024)]);
  const gzip = gzipSync(tar, { level: random.pick([0, 1, 6, 9]) });
  return Buffer.concat(random.pick(GZIP_CHANGES)(gzip, random));
}

type GzipChange = (gzip: Buffer, random: Random) => readonly Buffer[];

const NAME_FLAG = 0x08;
const COMMENT_FLAG = 0x10;

const GZIP_CHANGES: readonly GzipChange[] = [
  (gzip, random) => [flipIn(gzip, random.below(gzip.length), random)],
  (gzip, random) => [flipIn(gzip, random.below(10), random)],
  (gzip, random) => [flipIn(gzip, gzip.length - 1 - random.below(8), random)],
  (gzip, random) => [gzip.subarray(0, random.below(gzip.length))],
  (gzip, random) => [gzip, random.bytes(1 + random.below(20))],
  (gzip, random) => [gzip, Buffer.alloc(random.below(3) * 256)],
  (gzip) => [gzip, gzip],
  (gzip, random) => withTexts(gzip, random.pick([NAME_FLAG, COMMENT_FLAG]), random),
  (gzip, random) => withTexts(gzip, NAME_FLAG | COMMENT_FLAG, random),
  (gzip, random) => withTexts(gzip, random.below(256), random),
];

function flipIn(gzip: Buffer, at: number, random: Random): Buffer {
  gzip[at] = (gzip[at] ?? 0) ^ (1 + random.below(255));
  return gzip;
}

/** Sets flags and puts texts behind the header, as many as name and comment need or not. */
function withTexts(gzip: Buffer, flags: number, random: Random): readonly Buffer[] {
  gzip[3] = flags;
  const needed = [NAME_FLAG, COMMENT_FLAG].filter((flag) => (flags & flag) !== 0).length;
  const texts = Array.from({ length: random.chance(0.8) ? needed : random.below(3) }, () =>
    Buffer.from(`name-${random.below(1000)}\0`),
  );
  return [gzip.subarray(0, 10), ...texts, gzip.subarray(10)];
}
