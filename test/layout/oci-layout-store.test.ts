import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
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

  it('finds the signatures of a layout by cosign save by their kind', async () => {
    const directory = await makeLayout(first, second);
    annotate(directory, [
      { kind: 'dev.cosignproject.cosign/image' },
      { kind: 'dev.cosignproject.cosign/sigs' },
    ]);
    const store = new OciLayoutStore(directory);
    const tag = signatureTagOf(first.manifest.digest);
    expect((await store.resolve(tag)).digest).toBe(second.manifest.digest);
    expect((await store.resolve(undefined)).digest).toBe(first.manifest.digest);
    await expectError(() => store.resolve(signatureTagOf(second.manifest.digest)), 'NOT_FOUND');
  });

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
