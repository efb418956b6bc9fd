import { describe, expect, it } from 'vitest';
import { referrersTagOf } from '../../src/reference/digest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { failure, type Reply } from '../support/test-registry-content.ts';
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const artifact = makeArtifact('layer');
const subject = artifact.manifest.digest;
const tag = referrersTagOf(subject);
const referrer = makeArtifact('signature', {
  subject: artifact.manifest,
  artifactType: 'application/x-test',
  annotations: { kind: 'test' },
});

/** A registry that holds the subject, with an empty log. */
async function startWithSubject(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startTestRegistry(options);
  await pushArtifact(openTestStore(registry.host), artifact);
  return registry;
}

/** The index under the fallback tag. */
function fallbackIndex(registry: TestRegistry): unknown {
  const { tags, manifests } = registry.repository(REPOSITORY);
  const bytes = manifests.get(tags.get(tag) ?? '')?.bytes;
  return bytes && JSON.parse(bytes.toString());
}

const listed = {
  mediaType: OCI_MANIFEST,
  digest: referrer.manifest.digest,
  size: referrer.manifest.size,
  artifactType: 'application/x-test',
  annotations: { kind: 'test' },
};
const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [listed] };
const EMPTY_LIST: Partial<Reply> = {
  headers: { 'content-type': OCI_INDEX },
  body: Buffer.from(JSON.stringify({ ...index, manifests: [] })),
};

describe('a referrer pushed to a registry', () => {
  it('that says OCI-Subject needs nothing more', async () => {
    const registry = await startWithSubject();
    await pushArtifact(openTestStore(registry.host), referrer);
    expect(registry.requests(/referrers|sha256-/)).toEqual([]);
  });

  it('that has the API and does not say so is asked whether it is listed', async () => {
    const registry = await startWithSubject({ subjectHeader: false });
    await pushArtifact(openTestStore(registry.host), referrer);
    expect(registry.requests(/referrers|sha256-/)).toEqual([
      `GET /v2/${REPOSITORY}/referrers/${subject} 200`,
    ]);
  });

  it('whose API lists nothing, whatever it holds, is listed under the fallback tag', async () => {
    const registry = await startWithSubject({ subjectHeader: false });
    registry.next('GET', /referrers/, { instead: EMPTY_LIST }, Infinity);
    const store = openTestStore(registry.host);
    expect(await store.referrers(subject)).toEqual([]);
    await pushArtifact(store, referrer);
    expect(fallbackIndex(registry)).toEqual(index);
    const found = await store.referrers(subject);
    expect(found.map(({ digest }) => digest)).toEqual([referrer.manifest.digest]);
  });

  it('without the API is listed under the fallback tag, as readers expect it', async () => {
    const registry = await startWithSubject({ referrersApi: false });
    await pushArtifact(openTestStore(registry.host), referrer);
    expect(fallbackIndex(registry)).toEqual(index);
    expect(registry.requests(/referrers|sha256-/)).toEqual([
      `GET /v2/${REPOSITORY}/referrers/${subject} 404`,
      `GET /v2/${REPOSITORY}/manifests/${tag} 404`,
      `PUT /v2/${REPOSITORY}/manifests/${tag} 201`,
      `GET /v2/${REPOSITORY}/manifests/${tag} 200`,
    ]);
  });

  it('is listed once, however often it is pushed', async () => {
    const registry = await startWithSubject({ referrersApi: false });
    await pushArtifact(openTestStore(registry.host), referrer);
    await pushArtifact(openTestStore(registry.host), referrer);
    expect(fallbackIndex(registry)).toEqual(index);
  });

  it('keeps what others wrote into the fallback tag', async () => {
    const registry = await startWithSubject({ referrersApi: false });
    const foreign = { mediaType: OCI_MANIFEST, digest: subject, size: 1, 'x.test': { kept: 1 } };
    const store = openTestStore(registry.host);
    const bytes = Buffer.from(JSON.stringify({ ...index, manifests: [foreign], annotations: {} }));
    const { tags, manifests } = registry.repository(REPOSITORY);
    manifests.set(subject, { mediaType: OCI_INDEX, bytes });
    tags.set(tag, subject);
    await pushArtifact(store, referrer);
    expect(fallbackIndex(registry)).toEqual({
      ...index,
      manifests: [foreign, listed],
      annotations: {},
    });
  });

  it('never replaces an image under the fallback tag', async () => {
    const registry = await startWithSubject({ referrersApi: false });
    const store = openTestStore(registry.host);
    await store.tag(artifact.manifest, tag);
    const error = await expectError(() => pushArtifact(store, referrer), 'REGISTRY_ERROR');
    expect(error.message).toContain(`${tag} is needed to list referrers, and holds an image`);
    expect(registry.repository(REPOSITORY).tags.get(tag)).toBe(subject);
    expect(await store.referrers(subject)).toEqual([]);
  });

  it.each(['honoured', 'ignored', 'none'] as const)(
    'whose tags never move is quoted (entity tags: %s)',
    async (entityTags) => {
      const registry = await startWithSubject({
        referrersApi: false,
        immutableTags: true,
        entityTags,
      });
      const store = openTestStore(registry.host);
      await pushArtifact(store, referrer);
      const second = makeArtifact('second', { subject: artifact.manifest });
      const error = await expectError(() => pushArtifact(store, second), 'REGISTRY_ERROR');
      expect(error.message).toContain('the tag is configured as immutable');
      expect(error.remedy).toContain('immutable tags');
    },
  );
});

describe('the referrers in a registry', () => {
  it.each<[string, Partial<Reply>]>([
    ...[400, 401, 404, 405, 406].map((status): [string, Partial<Reply>] => [
      `${status}`,
      { status },
    ]),
    ['200 with another content type', { headers: { 'content-type': 'text/html' } }],
    ['200 without a content type', {}],
  ])(
    'are read from the fallback tag where the API answers %s, and it is asked once',
    async (_what, instead) => {
      const registry = await startWithSubject({ referrersApi: false });
      await pushArtifact(openTestStore(registry.host), referrer);
      registry.next('GET', /referrers/, { instead }, Infinity);
      const before = registry.log.length;
      const store = openTestStore(registry.host);
      for (let times = 0; times < 2; times += 1)
        expect(await store.referrers(subject)).toEqual([listed]);
      expect(
        registry.log.slice(before).filter(({ path }) => path.includes('/referrers/')),
      ).toHaveLength(1);
    },
  );

  it('are an error, and no empty list, where the registry fails', async () => {
    const registry = await startWithSubject();
    registry.next('GET', /referrers/, { instead: failure(500, 'UNKNOWN') }, Infinity);
    await expectError(() => openTestStore(registry.host).referrers(subject), 'REGISTRY_ERROR');
  });

  it('are an error where the list is none', async () => {
    const registry = await startWithSubject();
    const headers = { 'content-type': OCI_INDEX };
    registry.next('GET', /referrers/, { instead: { headers, body: Buffer.from('{}') } });
    await expectError(() => openTestStore(registry.host).referrers(subject), 'CONTENT_INVALID');
  });

  it('are read page by page', async () => {
    const registry = await startWithSubject({ pageSize: 2 });
    const store = openTestStore(registry.host);
    for (let index = 0; index < 5; index += 1)
      await pushArtifact(store, makeArtifact(`layer ${index}`, { subject: artifact.manifest }));
    expect(await store.referrers(subject)).toHaveLength(5);
    expect(registry.requests(/referrers/)).toHaveLength(3);
  });
});
