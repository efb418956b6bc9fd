import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { readContent, readManifest } from '../../src/content/read-content.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { hexOf, type Digest } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const artifact = makeArtifact('layer');
const limitBytes = 1000;

async function makeLayout(): Promise<{ directory: string; store: OciLayoutStore }> {
  const directory = join(temporaryDirectory(), 'layout');
  const store = new OciLayoutStore(directory);
  await pushArtifact(store, artifact);
  await store.tag(artifact.manifest, '1.0.0');
  return { directory, store };
}

const blob = (directory: string, digest: Digest): string =>
  join(directory, 'blobs', 'sha256', hexOf(digest));

/** ATTACKS R1, R2, R17: what a layout from elsewhere may hold. */
describe('a hostile OCI layout', () => {
  it('a blob that is a symbolic link is refused, even one that leads to the right bytes', async () => {
    const { directory, store } = await makeLayout();
    const path = blob(directory, artifact.layer.digest);
    renameSync(path, join(directory, 'elsewhere'));
    symlinkSync('../../elsewhere', path);
    await expectError(() => readContent(store, artifact.layer, { limitBytes }), 'CONTENT_INVALID');
  });

  it('a blobs directory that is a symbolic link is refused', async () => {
    const { directory, store } = await makeLayout();
    renameSync(join(directory, 'blobs'), join(directory, 'moved'));
    symlinkSync('moved', join(directory, 'blobs'));
    await expectError(() => readContent(store, artifact.layer, { limitBytes }), 'CONTENT_INVALID');
  });

  it('an index.json that is a symbolic link is refused', async () => {
    const { directory, store } = await makeLayout();
    renameSync(join(directory, 'index.json'), join(directory, 'other.json'));
    symlinkSync('other.json', join(directory, 'index.json'));
    await expectError(() => store.resolve('1.0.0'), 'CONTENT_INVALID');
  });

  it('changed bytes of the same length are refused', async () => {
    const { directory, store } = await makeLayout();
    writeFileSync(blob(directory, artifact.layer.digest), 'reyal');
    await expectError(() => readContent(store, artifact.layer, { limitBytes }), 'DIGEST_MISMATCH');
  });

  it('more and fewer bytes are refused', async () => {
    const { directory, store } = await makeLayout();
    for (const text of ['layer and more', 'lay']) {
      writeFileSync(blob(directory, artifact.layer.digest), text);
      await expectError(() => readContent(store, artifact.layer, { limitBytes }), 'SIZE_MISMATCH');
    }
  });

  it('a changed manifest is refused before it is parsed', async () => {
    const { directory, store } = await makeLayout();
    const pinned = await store.resolve('1.0.0');
    writeFileSync(blob(directory, pinned.digest), 'x'.repeat(pinned.size));
    await expectError(() => readManifest(store, pinned), 'DIGEST_MISMATCH');
  });

  it('a missing blob is NOT_FOUND', async () => {
    const { directory, store } = await makeLayout();
    rmSync(blob(directory, artifact.layer.digest));
    await expectError(() => readContent(store, artifact.layer, { limitBytes }), 'NOT_FOUND');
  });

  it.each([
    ['no JSON', 'no json'],
    ['no list', '{"schemaVersion":2,"manifests":{}}'],
    [
      'a digest that is a path',
      '{"schemaVersion":2,"manifests":[{"mediaType":"a","size":1,"digest":"sha256:../../etc/passwd"}]}',
    ],
    [
      'a negative size',
      `{"schemaVersion":2,"manifests":[{"mediaType":"a","size":-1,"digest":"${artifact.layer.digest}"}]}`,
    ],
  ])('an index.json with %s is refused', async (_what, text) => {
    const { directory, store } = await makeLayout();
    writeFileSync(join(directory, 'index.json'), text);
    await expectError(() => store.resolve('1.0.0'), 'CONTENT_INVALID');
  });

  it('a directory or a FIFO in place of a blob is refused, and nothing waits for it', async () => {
    const { directory, store } = await makeLayout();
    const path = blob(directory, artifact.layer.digest);
    rmSync(path);
    mkdirSync(path);
    await expectError(() => readContent(store, artifact.layer, { limitBytes }), 'CONTENT_INVALID');
    rmSync(path, { recursive: true });
    await run('mkfifo', [path]);
    await expectError(() => readContent(store, artifact.layer, { limitBytes }), 'CONTENT_INVALID');
  });
});
