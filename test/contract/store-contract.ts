import { Readable } from 'node:stream';
import { describe as suite, expect, it } from 'vitest';
import type { ContentStore } from '../../src/content/content-store.ts';
import { readContent, readManifest } from '../../src/content/read-content.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';

/** What every store promises; each implementation runs this suite with stores of its own. */
export function storeContract(name: string, makeStore: () => ContentStore): void {
  const artifact = makeArtifact('layer');
  const missing = { ...artifact.layer, digest: digestOf(Buffer.from('not there')) };

  suite(`${name}: the store contract`, () => {
    it('gives back what was pushed, by tag and by digest', async () => {
      const store = makeStore();
      await pushArtifact(store, artifact);
      await store.tag(artifact.manifest, '1.0.0');
      for (const reference of ['1.0.0', artifact.manifest.digest])
        expect(await store.resolve(reference)).toMatchObject(artifact.manifest);
      const bytes = await readContent(store, artifact.layer, { limitBytes: 100 });
      expect(bytes.toString()).toBe('layer');
      expect((await readManifest(store, artifact.manifest)).document.kind).toBe('manifest');
    });

    it('stores a manifest under a tag in one step', async () => {
      const store = makeStore();
      for (const [descriptor, bytes] of artifact.contents)
        await store.push(descriptor, bytes, { tag: '1.0.0' });
      expect(await store.resolve('1.0.0')).toMatchObject(artifact.manifest);
      expect(await store.resolve(artifact.manifest.digest)).toMatchObject(artifact.manifest);
      expect(await store.peek('1.0.0')).toBe(artifact.manifest.digest);
      expect(await store.tags()).toEqual(['1.0.0']);
    });

    it('says NOT_FOUND for a tag, a digest and content that are not there', async () => {
      const store = makeStore();
      await pushArtifact(store, artifact);
      await expectError(() => store.resolve('nope'), 'NOT_FOUND');
      await expectError(() => store.peek('nope'), 'NOT_FOUND');
      await expectError(() => store.resolve(missing.digest), 'NOT_FOUND');
      await expectError(() => store.open(missing), 'NOT_FOUND');
      expect(await store.exists(missing)).toBe(false);
      expect(await store.exists(artifact.layer)).toBe(true);
    });

    it('refuses to store bytes that are not what their descriptor says', async () => {
      const store = makeStore();
      await expectError(() => store.push(artifact.layer, Buffer.from('reyal')), 'DIGEST_MISMATCH');
      await expectError(() => store.push(artifact.layer, Buffer.from('layers')), 'SIZE_MISMATCH');
      expect(await store.exists(artifact.layer).catch(() => false)).toBe(false);
    });

    it('stores what it opens itself, and refuses other bytes', async () => {
      const store = makeStore();
      const open = (text: string) => () => Promise.resolve(Readable.from([Buffer.from(text)]));
      await expectError(() => store.push(artifact.layer, open('reyal')), 'DIGEST_MISMATCH');
      await expectError(() => store.push(artifact.layer, open('layers')), 'SIZE_MISMATCH');
      expect(await store.exists(artifact.layer).catch(() => false)).toBe(false);
      for (let times = 0; times < 2; times += 1) await store.push(artifact.layer, open('layer'));
      const bytes = await readContent(store, artifact.layer, { limitBytes: 100 });
      expect(bytes.toString()).toBe('layer');
    });

    it('checks the size that the reader expects', async () => {
      const store = makeStore();
      await pushArtifact(store, artifact);
      for (const size of [artifact.layer.size - 1, artifact.layer.size + 1])
        await expectError(
          () => readContent(store, { ...artifact.layer, size }, { limitBytes: 100 }),
          'SIZE_MISMATCH',
        );
      await expectError(
        () => readContent(store, artifact.layer, { limitBytes: 2 }),
        'CONTENT_TOO_LARGE',
      );
    });

    it('lists referrers of a subject, and only its own', async () => {
      const store = makeStore();
      await pushArtifact(store, artifact);
      const fields = { subject: artifact.manifest, artifactType: 'application/x-test' };
      const referrer = makeArtifact('signature', fields);
      const other = makeArtifact('other', { subject: referrer.manifest });
      await pushArtifact(store, referrer);
      await pushArtifact(store, other);
      const found = await store.referrers(artifact.manifest.digest);
      expect(found.map(({ digest }) => digest)).toEqual([referrer.manifest.digest]);
      expect(found[0]?.artifactType).toBe('application/x-test');
      expect(await store.referrers(artifact.manifest.digest, 'application/x-other')).toEqual([]);
    });

    it('moves a tag and keeps the old manifest reachable by digest', async () => {
      const store = makeStore();
      const next = makeArtifact('next');
      await pushArtifact(store, artifact);
      await store.tag(artifact.manifest, 'latest');
      await pushArtifact(store, next);
      await store.tag(next.manifest, 'latest');
      expect((await store.resolve('latest')).digest).toBe(next.manifest.digest);
      expect((await store.resolve(undefined)).digest).toBe(next.manifest.digest);
      expect((await store.resolve(artifact.manifest.digest)).digest).toBe(artifact.manifest.digest);
      expect(await store.tags()).toEqual(['latest']);
    });

    it('accepts content that is there again, and refuses to tag what is not', async () => {
      const store = makeStore();
      await pushArtifact(store, artifact);
      await pushArtifact(store, artifact);
      await store.tag(artifact.manifest, 'a');
      await store.tag(artifact.manifest, 'b');
      expect(await store.tags()).toEqual(['a', 'b']);
      await expectError(() => store.tag(makeArtifact('never').manifest, 'c'), 'NOT_FOUND');
    });
  });
}
