import { createCipheriv, createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { streamTar, type StreamedFile } from '../../src/archive/stream-tar.ts';
import { describe } from '../../src/content/descriptor.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { pluginFiles } from './published.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const MEBIBYTE = 1024 * 1024;

/** Bytes that do not shrink, the same ones for the same seed. */
async function* noise(mebibytes: number, seed: number): AsyncGenerator<Buffer, void> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  for (let count = 0; count < mebibytes; count++)
    yield await Promise.resolve(cipher.update(Buffer.alloc(MEBIBYTE)));
}

/** Text that shrinks to a thousandth. */
async function* text(mebibytes: number): AsyncGenerator<Buffer, void> {
  const piece = Buffer.alloc(MEBIBYTE, '-- a line of a large table\n');
  for (let count = 0; count < mebibytes; count++) yield await Promise.resolve(piece);
}

/**
 * Puts a plugin of so many MiB, three quarters of them noise, into a layout, unsigned. Nothing of it
 * is ever held whole.
 * @returns its reference
 */
export async function publishLarge(mebibytes: number): Promise<string> {
  const directory = join(temporaryDirectory(), 'layout');
  const store = new OciLayoutStore(directory);
  const open = (): Readable =>
    Readable.from(streamTar(filesOf(mebibytes))).pipe(createGzip({ level: 1 }));
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of open() as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  const layer = {
    mediaType: OCI_LAYER_GZIP,
    digest: `sha256:${hash.digest('hex')}`,
    size,
  } as const;
  await store.push(layer, () => Promise.resolve(open()));
  const config = Buffer.from('{}');
  const described = describe(OCI_CONFIG, config);
  await store.push(described, config);
  const document = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: described,
    layers: [layer],
  };
  const manifest = Buffer.from(JSON.stringify(document));
  await store.push(describe(OCI_MANIFEST, manifest), manifest, { tag: 'large' });
  return `oci-layout:${directory}:large`;
}

function filesOf(mebibytes: number): readonly StreamedFile[] {
  const quarter = mebibytes / 4;
  const file = (name: string, count: number, open: StreamedFile['open']): StreamedFile => ({
    path: `kong/plugins/my-plugin/${name}`,
    sizeBytes: count * MEBIBYTE,
    open,
  });
  return [
    ...pluginFiles('my-plugin', '1.0.0').map(({ path, bytes }) => ({
      path,
      sizeBytes: bytes.length,
      open: () => Readable.from([bytes]) as AsyncIterable<Buffer>,
    })),
    file('model-0.bin', 2 * quarter, () => noise(2 * quarter, 1)),
    file('model-1.bin', quarter, () => noise(quarter, 2)),
    file('table.txt', quarter, () => text(quarter)),
  ];
}
