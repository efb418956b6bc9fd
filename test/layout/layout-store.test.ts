import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContent } from '../../src/content/read-content.ts';
import { ArchivedLayout } from '../../src/layout/archived-layout.ts';
import { LayoutFiles } from '../../src/layout/layout-files.ts';
import { LayoutStore } from '../../src/layout/layout-store.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { digestOf, hexOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { filesBelow } from '../support/files-below.ts';
import { makeArtifact, pushArtifact, type SmallArtifact } from '../support/small-artifact.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const artifact = makeArtifact('layer');
const { digest } = artifact.manifest;
const subject = artifact.manifest;
const referrer = makeArtifact('referrer', { subject });
/** A subject that stands behind 70 KB, which is where keys may stand in JSON. */
const late = makeArtifact('late', { annotations: { long: 'x'.repeat(70_000) }, subject });

async function writeLayout(...artifacts: readonly SmallArtifact[]): Promise<string> {
  const directory = join(temporaryDirectory(), 'layout');
  const store = new OciLayoutStore(directory);
  for (const one of artifacts) await pushArtifact(store, one);
  await store.tag(artifact.manifest, '1.0.0');
  return directory;
}

describe.each([
  ['a directory', (directory: string) => new LayoutFiles(directory)],
  ['files in memory', (directory: string) => new ArchivedLayout('a.tar', filesBelow(directory))],
])('a layout read from %s', (_, openReader) => {
  const open = async (...artifacts: readonly SmallArtifact[]): Promise<LayoutStore> =>
    new LayoutStore(openReader(await writeLayout(...artifacts)));

  it('answers as the store that wrote it', async () => {
    const store = await open(artifact, referrer, late);
    expect((await store.resolve('1.0.0')).digest).toBe(digest);
    expect((await store.resolve()).digest).toBe(digest);
    expect((await store.resolve(referrer.manifest.digest)).digest).toBe(referrer.manifest.digest);
    expect(await store.tags()).toEqual(['1.0.0']);
    const found = (await store.referrers(digest)).map((one) => one.digest);
    expect(found.sort()).toEqual([referrer.manifest.digest, late.manifest.digest].sort());
    const bytes = await readContent(store, artifact.layer, { limitBytes: 100 });
    expect(bytes.toString()).toBe('layer');
  });

  it('has what is there whole, and nothing else', async () => {
    const store = await open(artifact);
    const { layer } = artifact;
    expect(await store.exists(layer)).toBe(true);
    expect(await store.exists({ ...layer, size: layer.size + 1 })).toBe(false);
    expect(await store.exists({ ...layer, digest: digestOf(Buffer.from('gone')) })).toBe(false);
    await expectError(() => store.resolve('nope'), 'NOT_FOUND');
    await expectError(() => store.open({ ...layer, digest: late.layer.digest }), 'NOT_FOUND');
  });
});

describe('the search for referrers', () => {
  const index = Buffer.from('{"schemaVersion":2,"manifests":[]}');
  const storeOf = (...contents: readonly Buffer[]): LayoutStore =>
    new LayoutStore(
      new ArchivedLayout(
        'a.tar',
        new Map([
          ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
          ['index.json', index],
          ...contents.map((bytes) => [`blobs/sha256/${hexOf(digestOf(bytes))}`, bytes] as const),
        ]),
      ),
    );
  const bytesOf = ({ contents }: SmallArtifact): Buffer => contents[2]?.[1] ?? Buffer.alloc(0);

  it('looks into blobs that index.json does not list up to 64 KiB', async () => {
    const found = await storeOf(bytesOf(referrer), bytesOf(late)).referrers(digest);
    expect(found.map((one) => one.digest)).toEqual([referrer.manifest.digest]);
  });

  it('is refused above 20,000 blobs', async () => {
    const contents = Array.from({ length: 20_000 }, (_, at) => Buffer.from(`{"number":${at}}`));
    expect(await storeOf(...contents).referrers(digest)).toEqual([]);
    const one = Buffer.from('one more');
    const error = await expectError(
      () => storeOf(...contents, one).referrers(digest),
      'CONTENT_INVALID',
    );
    expect(error.message).toContain('20001 blobs');
  });

  it('does not take a damaged blob for a referrer', async () => {
    const files = new Map<string, Uint8Array>([
      ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
      ['index.json', index],
      [`blobs/sha256/${hexOf(late.layer.digest)}`, bytesOf(referrer)],
    ]);
    const store = new LayoutStore(new ArchivedLayout('a.tar', files));
    expect(await store.referrers(digest)).toEqual([]);
    await expectError(() => store.resolve(late.layer.digest), 'NOT_FOUND');
  });
});
