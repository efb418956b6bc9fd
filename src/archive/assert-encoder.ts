import { KongcrateError } from '../errors/kongcrate-error.ts';
import { digestOf, type Digest } from '../reference/digest.ts';
import { compressBlock, type Block } from './compress-block.ts';

const GOLDEN_DIGEST: Digest =
  'sha256:ecaccaf1c82175549991374c11f93fe65af15bd3150e9947e2cdcc635b43fbbc';
const DICTIONARY_BYTES = 32 * 1024;
const WORDS =
  'local function end return kong if then nil plugin conf request config = ( ) { } .'.split(' ');
const WORD_COUNT = 24_000;

/**
 * Demands that this Node.js compresses a known text to known bytes. Where it is built against a
 * system's zlib it may not, and the same plugin would get another digest there.
 * @throws KongcrateError ENCODER_DIFFERS
 */
export async function assertEncoder(
  compress: (block: Block) => Promise<Buffer> = compressBlock,
  expected: Digest = GOLDEN_DIGEST,
): Promise<void> {
  const text = goldenText();
  const actual = digestOf(
    await compress({
      bytes: text.subarray(DICTIONARY_BYTES),
      dictionary: text.subarray(0, DICTIONARY_BYTES),
    }),
  );
  if (actual === expected) return;
  throw new KongcrateError(
    'ENCODER_DIFFERS',
    `zlib ${process.versions.zlib} of Node.js ${process.version} compresses to other bytes than kongcrate's digests were made with: ${actual} instead of ${expected}`,
    {
      remedy: 'Pack with an official build of Node.js from nodejs.org.',
      details: { actual, expected },
    },
  );
}

/** Words in an order that repeats only now and then, so that matches of every length occur. */
function goldenText(): Buffer {
  const words: string[] = [];
  let state = 1;
  for (let count = 0; count < WORD_COUNT; count++) {
    // The constants of POSIX's example rand().
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    words.push(WORDS[(state >>> 16) % WORDS.length] ?? '');
  }
  return Buffer.from(words.join(' '));
}
