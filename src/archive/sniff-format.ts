import type { ByteSource } from '../content/byte-source.ts';

export type ArchiveFormat = 'gzip' | 'tar' | 'zip' | 'xz' | 'zstd' | 'bzip2';

/** Behind the last magic number. */
const HEAD_BYTES = 512;

const MAGIC: readonly {
  readonly format: ArchiveFormat;
  readonly at: number;
  readonly hex: string;
}[] = [
  { format: 'gzip', at: 0, hex: '1f8b' },
  { format: 'tar', at: 257, hex: '7573746172' },
  { format: 'zip', at: 0, hex: '504b0304' },
  { format: 'zip', at: 0, hex: '504b0506' },
  { format: 'xz', at: 0, hex: 'fd377a585a00' },
  { format: 'zstd', at: 0, hex: '28b52ffd' },
  { format: 'bzip2', at: 0, hex: '425a68' },
];

/** What bytes are by their magic number: media types and file names are not believed. */
export function sniffFormat(bytes: ByteSource): ArchiveFormat | undefined {
  const head = bytes.subarray(0, Math.min(bytes.length, HEAD_BYTES));
  return MAGIC.find(({ at, hex }) => {
    const magic = Buffer.from(hex, 'hex');
    return magic.equals(head.subarray(at, at + magic.length));
  })?.format;
}
