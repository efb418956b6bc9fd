import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { readContent } from '../../src/content/read-content.ts';
import { describe as describeBytes } from '../../src/content/descriptor.ts';
import { LayoutStore } from '../../src/layout/layout-store.ts';
import { openArchivedLayout } from '../../src/workflows/open-archived-layout.ts';
import { openPinned, openStore } from '../../src/workflows/open-store.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { filesBelow } from '../support/files-below.ts';
import { publish } from '../support/published.ts';
import { paxHeader, tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const FILE = join(directory, 'a.tar');
const REFERENCE = `oci-archive:${FILE}:1.0.0`;
let entries: readonly Buffer[];
let keys: Awaited<ReturnType<typeof makeKey>>['publicKey'][];

beforeAll(async () => {
  const key = await makeKey();
  keys = [key.publicKey];
  const published = await publish({ key });
  entries = [...filesBelow(published.directory)].map(([name, data]) => tarEntry({ name, data }));
});

const write = (bytes: Uint8Array): void => {
  writeFileSync(FILE, bytes);
};

describe('an OCI layout in a tar', () => {
  it.each([
    ['plain', (tar: Buffer) => tar],
    ['in gzip', (tar: Buffer) => gzipSync(tar)],
  ])('%s is verified as the directory is', async (_, pack) => {
    write(pack(tarOf(...entries)));
    await verifyArtifact(REFERENCE, { keys });
  });

  it.each([
    [
      'a symbolic link',
      [tarEntry({ name: 'blobs/x', type: '2', linkName: '/etc/passwd' })],
      'ENTRY_TYPE',
    ],
    [
      'a hard link',
      [tarEntry({ name: 'blobs/x', type: '1', linkName: 'index.json' })],
      'ENTRY_TYPE',
    ],
    ['a device', [tarEntry({ name: 'blobs/x', type: '3' })], 'ENTRY_TYPE'],
    ['two index.json', [tarFile('index.json', '{}')], 'DUPLICATE'],
    ['INDEX.JSON beside it', [tarFile('INDEX.JSON', '{}')], 'COLLISION'],
    ['a path that leads out', [tarFile('blobs/../../x', '{}')], 'PATH_SEGMENT'],
    ['a size of its own in PAX', [paxHeader({ size: '9' }), tarFile('x', 'y')], 'SIZE_DISAGREES'],
    [
      'a huge extended header',
      [tarEntry({ name: 'p', type: 'x', data: 'x'.repeat(70_000) })],
      'META_SIZE',
    ],
  ])('with %s is refused whole', async (_, more, reason) => {
    write(tarOf(...entries, ...more));
    const error = await expectError(() => verifyArtifact(REFERENCE, { keys }), 'ARCHIVE_REFUSED');
    expect(error.details['reason']).toBe(reason);
  });

  it.each([
    ['cut off', (tar: Buffer) => tar.subarray(0, tar.length - 2048), 'ARCHIVE_REFUSED'],
    [
      'with data behind its end',
      (tar: Buffer) => Buffer.concat([tar, Buffer.alloc(512, 1)]),
      'ARCHIVE_REFUSED',
    ],
    ['a zip', () => Buffer.from('504b0304'.padEnd(2048, '0'), 'hex'), 'ARCHIVE_REFUSED'],
    ['no layout', () => tarOf(tarFile('kong/plugins/x/handler.lua')), 'NOT_FOUND'],
  ] as const)('%s is refused', async (_, change, code) => {
    write(change(tarOf(...entries)));
    await expectError(() => verifyArtifact(REFERENCE, { keys }), code);
  });

  it('is no directory, and nothing that is not there', async () => {
    mkdirSync(join(directory, 'd.tar'));
    await expectError(
      () => openPinned(`oci-archive:${directory}/d.tar`, {}, openStore),
      'SOURCE_UNREADABLE',
    );
    await expectError(
      () => openPinned(`oci-archive:${directory}/none.tar`, {}, openStore),
      'NOT_FOUND',
    );
  });

  it('is refused once it was changed under the reader', async () => {
    write(tarOf(...entries));
    const { store, pinned } = await openPinned(REFERENCE, {}, openStore);
    appendFileSync(FILE, Buffer.alloc(512));
    await expectError(
      () => readContent(store, pinned.descriptor, { limitBytes: 1e6 }),
      'SOURCE_UNREADABLE',
    );
  });

  it('takes no writes', async () => {
    write(tarOf(...entries));
    const { store, pinned } = await openPinned(REFERENCE, {}, openStore);
    await expectError(() => store.tag(pinned.descriptor, 'x'), 'USAGE');
    await expectError(() => store.push(pinned.descriptor, new Uint8Array()), 'USAGE');
  });

  it('gives what is in it by pieces, larger than one', async () => {
    const big = Buffer.alloc(2_500_000, 7);
    const descriptor = describeBytes('application/octet-stream', big);
    const name = `blobs/sha256/${descriptor.digest.slice('sha256:'.length)}`;
    write(tarOf(...entries, tarEntry({ name, data: big })));
    const store = new LayoutStore(openArchivedLayout(FILE));
    expect((await readContent(store, descriptor, { limitBytes: 3e6 })).equals(big)).toBe(true);
  });
});
