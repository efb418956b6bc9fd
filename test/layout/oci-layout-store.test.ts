import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { hexOf, signatureTagOf, type Digest } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact, type SmallArtifact } from '../support/small-artifact.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const first = makeArtifact('first');
const second = makeArtifact('second');

interface Entry {
  digest: string;
  annotations?: Record<string, string>;
}

async function makeLayout(...artifacts: readonly SmallArtifact[]): Promise<string> {
  const directory = join(temporaryDirectory(), 'layout');
  const store = new OciLayoutStore(directory);
  for (const artifact of artifacts) await pushArtifact(store, artifact);
  return directory;
}

function readEntries(directory: string): Entry[] {
  const index = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as {
    manifests: Entry[];
  };
  return index.manifests;
}

/** Gives the n-th entry of index.json other annotations, as another tool would have written them. */
function annotate(directory: string, annotations: readonly Record<string, string>[]): void {
  const manifests = readEntries(directory).map((entry, index) => ({
    ...entry,
    annotations: annotations[index],
  }));
  const index = { schemaVersion: 2, manifests, 'x-kept': 'by others' };
  writeFileSync(join(directory, 'index.json'), JSON.stringify(index, null, 3));
}

describe('names in an OCI layout', () => {
  it('finds the tag in a whole reference, as crane --annotate-ref writes it', async () => {
    const directory = await makeLayout(first, second);
    annotate(directory, [
      { 'org.opencontainers.image.ref.name': '127.0.0.1:5000/acme/plugin:1.0.0' },
      { 'org.opencontainers.image.ref.name': '127.0.0.1:5000/acme/plugin:1.1.0' },
    ]);
    const store = new OciLayoutStore(directory);
    expect((await store.resolve('1.1.0')).digest).toBe(second.manifest.digest);
    expect(await store.tags()).toEqual(['1.0.0', '1.1.0']);
  });

  it('refuses a tag that two repositories share', async () => {
    const directory = await makeLayout(first, second);
    annotate(directory, [
      { 'org.opencontainers.image.ref.name': 'registry.example/one:1.0.0' },
      { 'org.opencontainers.image.ref.name': 'registry.example/two:1.0.0' },
    ]);
    await expectError(() => new OciLayoutStore(directory).resolve('1.0.0'), 'CONTENT_INVALID');
  });

  it.each(['image', 'imageIndex'])(
    'finds the signatures of a layout by cosign save: %s',
    async (kind) => {
      const directory = await makeLayout(first, second);
      annotate(directory, [
        { kind: `dev.cosignproject.cosign/${kind}` },
        { kind: 'dev.cosignproject.cosign/sigs' },
      ]);
      const store = new OciLayoutStore(directory);
      const tag = signatureTagOf(first.manifest.digest);
      expect((await store.resolve(tag)).digest).toBe(second.manifest.digest);
      expect((await store.resolve(undefined)).digest).toBe(first.manifest.digest);
      await expectError(() => store.resolve(signatureTagOf(second.manifest.digest)), 'NOT_FOUND');
    },
  );

  it('finds referrers that index.json does not list', async () => {
    const referrer = makeArtifact('referrer', { subject: first.manifest });
    const directory = await makeLayout(first, referrer);
    const index = { schemaVersion: 2, manifests: readEntries(directory).slice(0, 1) };
    writeFileSync(join(directory, 'index.json'), JSON.stringify(index));
    const found = await new OciLayoutStore(directory).referrers(first.manifest.digest);
    expect(found.map(({ digest }) => digest)).toEqual([referrer.manifest.digest]);
  });

  it('takes the only artifact without a name, and lists several', async () => {
    const referrer = makeArtifact('referrer', { subject: first.manifest });
    const one = new OciLayoutStore(await makeLayout(first, referrer));
    expect((await one.resolve(undefined)).digest).toBe(first.manifest.digest);
    const two = new OciLayoutStore(await makeLayout(first, second));
    const error = await expectError(() => two.resolve(undefined), 'REFERENCE_INVALID');
    expect(error.remedy).toContain(first.manifest.digest);
  });

  it('keeps what other tools wrote into index.json', async () => {
    const directory = await makeLayout(first, second);
    annotate(directory, [{ vendor: 'theirs' }, { 'org.opencontainers.image.ref.name': 'old' }]);
    const store = new OciLayoutStore(directory);
    await store.tag(first.manifest, 'old');
    const text = readFileSync(join(directory, 'index.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ 'x-kept': 'by others' });
    expect(readEntries(directory)).toMatchObject([
      {
        digest: first.manifest.digest,
        annotations: { vendor: 'theirs', 'org.opencontainers.image.ref.name': 'old' },
      },
      { digest: second.manifest.digest },
    ]);
    expect((await store.resolve(second.manifest.digest)).digest).toBe(second.manifest.digest);
  });

  it('loses no entry when several changes run at once', async () => {
    const directory = await makeLayout(first);
    const store = new OciLayoutStore(directory);
    const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
    await Promise.all(tags.map((tag) => store.tag(first.manifest, tag)));
    expect(await store.tags()).toEqual([...tags].sort());
  });

  it('says that there is no layout', async () => {
    const nothing = new OciLayoutStore(join(temporaryDirectory(), 'nothing'));
    await expectError(() => nothing.resolve('latest'), 'NOT_FOUND');
  });
});

describe('an OCI layout that is written again', () => {
  const blob = (directory: string, digest: Digest): string =>
    join(directory, 'blobs', 'sha256', hexOf(digest));

  it.each([
    ['a changed byte', 'fjrst'],
    ['a missing end', 'fi'],
    ['more than there was', 'first and more'],
  ])('has a layer repaired that was damaged by %s', async (_, damaged) => {
    const directory = await makeLayout(first);
    const store = new OciLayoutStore(directory);
    writeFileSync(blob(directory, first.layer.digest), damaged);
    expect(await store.exists(first.layer)).toBe(false);
    await pushArtifact(store, first);
    expect(readFileSync(blob(directory, first.layer.digest), 'utf8')).toBe('first');
  });

  it('does not write again what is whole', async () => {
    const directory = await makeLayout(first);
    const before = statSync(blob(directory, first.layer.digest)).ino;
    await pushArtifact(new OciLayoutStore(directory), first);
    expect(statSync(blob(directory, first.layer.digest)).ino).toBe(before);
    expect(readdirSync(join(directory, 'blobs/sha256'))).toHaveLength(3);
  });

  it('refuses an index.json that cannot be read, and leaves it as it is', async () => {
    const directory = await makeLayout(first);
    const path = join(directory, 'index.json');
    const tooLarge = ' '.repeat(5 * 1024 * 1024);
    for (const text of ['', 'no json', '{"schemaVersion":2,"manifests":[1]}', tooLarge]) {
      writeFileSync(path, text);
      const store = new OciLayoutStore(directory);
      await expectError(() => pushArtifact(store, second), 'CONTENT_INVALID');
      await expectError(() => store.tag(first.manifest, 'a'), 'CONTENT_INVALID');
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it.each([
    [
      'CONTENT_TOO_LARGE',
      '4 MiB',
      [{ ...first.manifest, note: 'x'.repeat(4 * 1024 * 1024 - 400) }],
    ],
    ['CONTENT_INVALID', '10,000 entries', Array.from({ length: 10_000 }, () => first.manifest)],
  ] as const)('refuses with %s what would exceed %s of index.json', async (code, _, manifests) => {
    const directory = await makeLayout(first);
    const path = join(directory, 'index.json');
    const text = JSON.stringify({ schemaVersion: 2, manifests });
    writeFileSync(path, text);
    await expectError(() => pushArtifact(new OciLayoutStore(directory), second), code);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
