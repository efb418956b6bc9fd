import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeLayer } from '../support/encode-layer.ts';
import { copyArtifacts } from '../../src/workflows/copy/copy-artifacts.ts';
import { unpackTrust } from '../../src/workflows/copy/unpack-trust.ts';
import { unpackArchive } from '../../src/workflows/unpack-archive.ts';
import { makeKey } from '../signing/support.ts';
import { craneTarballOf } from '../support/crane-tarball-of.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { pluginFiles, publish } from '../support/published.ts';
import { tarEntry, tarOf } from '../support/tar-builder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const HANDLER = 'kong/plugins/my-plugin/handler.lua';
const files = pluginFiles('my-plugin', '1.0.0');
const archive = async (): Promise<Buffer> => (await encodeLayer(files)).bytes;

async function unpack(bytes: Uint8Array): Promise<{ kind: string; directory: string }> {
  const place = temporaryDirectory();
  writeFileSync(join(place, 'file'), bytes);
  return unpackArchive(join(place, 'file'), { directory: join(place, 'target') });
}

describe('unpack', () => {
  it.each([
    ['a tar.gz', archive, 'plain'],
    [
      'a tar of a tar.gz',
      async () => tarOf(tarEntry({ name: 'my-plugin.tar.gz', data: await archive() })),
      'plain',
    ],
    [
      'the tarball of crane pull',
      async () =>
        craneTarballOf(
          Buffer.from('{}'),
          [await archive()],
          'registry.example/acme/my-plugin:1.0.0',
        ),
      'docker-archive',
    ],
  ])('writes the files of %s', async (_what, make, kind) => {
    const unpacked = await unpack(await make());
    expect(unpacked.kind).toBe(kind);
    expect(readFileSync(join(unpacked.directory, HANDLER))).toEqual(files[0]?.bytes);
  });

  it('writes the files of an OCI layout', async () => {
    const { directory } = await publish({ key: await makeKey() });
    const target = join(temporaryDirectory(), 'target');
    const unpacked = await unpackArchive(directory, { directory: target });
    expect(unpacked.kind).toBe('oci-layout');
    expect(unpacked.files.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
    expect(readFileSync(join(target, HANDLER))).toEqual(files[0]?.bytes);
  });

  it('writes the files of one of several plugins, by its tag', async () => {
    const { directory, reference } = await publish({ key: await makeKey() });
    const other = await publish({ name: 'other', tag: 'other', directory });
    const at = (name: string): string => join(temporaryDirectory(), name);
    const file = at('carry.tar');
    const trust = [Buffer.from((await makeKey()).publicKey.pem)];
    await copyArtifacts([reference, other.reference], `oci-archive:${file}`, { trust });
    for (const place of [`oci-layout:${directory}`, `oci-archive:${file}`]) {
      const unpacked = await unpackArchive(`${place}:1.0.0`, { directory: at('target') });
      expect(unpacked.files.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
      const unpack = (source: string): Promise<unknown> =>
        unpackArchive(source, { directory: at('target') });
      await expectError(() => unpack(place), 'REFERENCE_INVALID');
      await expectError(() => unpack(`${place}:next`), 'NOT_FOUND');
      const several = await expectError(
        () => unpack(place.replace(/^[^:]+:/, '')),
        'ARCHIVE_REFUSED',
      );
      expect(several.remedy).toContain('oci-archive:FILE:TAG');
    }
    expect(await unpackTrust(`oci-archive:${file}:1.0.0`, at('keys'))).toHaveLength(1);
  });
});

/** ATTACKS A4: what stands in the target directory must not lead elsewhere. */
describe('unpack into a directory where somebody was before', () => {
  async function unpackInto(prepare: (target: string) => void): Promise<readonly string[]> {
    const place = temporaryDirectory();
    const [file, target, outside] = ['file', 'target', 'outside'].map((n) => join(place, n)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, await archive());
    for (const directory of [target, outside]) mkdirSync(directory);
    prepare(target);
    await expectError(() => unpackArchive(file, { directory: target }), 'NOT_OURS');
    return listTree(outside);
  }

  it('refuses a directory that is a link out of it, and writes nothing there', async () => {
    expect(
      await unpackInto((target) => {
        symlinkSync('../outside', join(target, 'kong'));
      }),
    ).toEqual([]);
  });

  it('refuses a file that is a dangling link, and writes nothing behind it', async () => {
    expect(
      await unpackInto((target) => {
        mkdirSync(join(target, 'kong/plugins/my-plugin'), { recursive: true });
        symlinkSync('../../../../outside/x', join(target, HANDLER));
      }),
    ).toEqual([]);
  });

  it('overwrites no file, and then writes none of the others', async () => {
    const place = temporaryDirectory();
    writeFileSync(join(place, 'file'), await archive());
    const schema = join(place, 'target/kong/plugins/my-plugin/schema.lua');
    mkdirSync(join(schema, '..'), { recursive: true });
    writeFileSync(schema, 'mine');
    const call = (): Promise<unknown> =>
      unpackArchive(join(place, 'file'), { directory: join(place, 'target') });
    await expectError(call, 'NOT_OURS');
    expect(readFileSync(schema, 'utf8')).toBe('mine');
    expect(listTree(join(place, 'target')).filter((line) => line.includes('handler'))).toEqual([]);
  });
});
