import { describe, expect, it } from 'vitest';
import { describe as describeBytes, type Descriptor } from '../../src/content/descriptor.ts';
import type { VerifiedSubject } from '../../src/content/verified-subject.ts';
import { digestOf, referrersTagOf } from '../../src/reference/digest.ts';
import {
  DOCKER_MANIFEST,
  OCI_EMPTY,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../../src/reference/media-types.ts';
import { createUnsignedVerifier } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { failure } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from '../registry/store-support.ts';
import {
  makeKey,
  payloadFor,
  pushBundle,
  pushLegacy,
  signedBundle,
  signRaw,
  signWith,
  statementFor,
  storeWithSubject,
  toBytes,
  verifyWith,
} from '../signing/support.ts';

const trusted = await makeKey();
const { store: source, subject } = await storeWithSubject();
const { digest } = subject.descriptor;
const tag = referrersTagOf(digest);
const statement = signedBundle(trusted, statementFor(digest));
const bundle = await pushBundle({ store: source, subject }, statement);
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

interface Scene {
  readonly registry: TestRegistry;
  readonly store: ReturnType<typeof openTestStore>;
  /** As cosign 3 lists it. */
  readonly listed: Descriptor;
}

/** A registry without referrers API that holds a signed bundle, and nothing that lists it. */
async function startScene(): Promise<Scene> {
  const registry = await startTestRegistry({ referrersApi: false });
  const store = openTestStore(registry.host);
  const { blobs, manifests } = registry.repository(REPOSITORY);
  for (const bytes of [...source.snapshot().blobs.values(), toBytes('{}')]) {
    blobs.set(digestOf(bytes), Buffer.from(bytes));
    manifests.set(digestOf(bytes), { mediaType: OCI_MANIFEST, bytes: Buffer.from(bytes) });
  }
  return { registry, store, listed: { ...bundle, artifactType: OCI_EMPTY } };
}

/** Puts bytes under the fallback tag, past all checks of a client. */
function putFallback({ registry }: Scene, document: unknown, mediaType: string = OCI_INDEX): void {
  const bytes = toBytes(document);
  const { manifests, tags } = registry.repository(REPOSITORY);
  manifests.set(digestOf(bytes), { mediaType, bytes });
  tags.set(tag, digestOf(bytes));
}

const indexOf = (manifests: readonly unknown[], fields: object = {}): object => ({
  schemaVersion: 2,
  mediaType: OCI_INDEX,
  manifests,
  ...fields,
});

const without = (entry: Descriptor, key: keyof Descriptor): object =>
  Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key));

const verify = (scene: Scene): Promise<VerifiedSubject> =>
  verifyWith([trusted], { store: scene.store, subject });

describe('a fallback tag that another tool wrote badly shows the signature all the same', () => {
  const gone = { mediaType: OCI_INDEX, digest: digestOf(toBytes('gone')), size: 4 };
  it.each<[string, (listed: Descriptor) => object, string?]>([
    ['with the type of its config (cosign 3)', (one) => indexOf([one])],
    ['without artifactType', (one) => indexOf([without(one, 'artifactType')])],
    ['without size', (one) => indexOf([without(one, 'size')])],
    ['with size 0', (one) => indexOf([{ ...one, size: 0 }])],
    ['with size as text', (one) => indexOf([{ ...one, size: String(one.size) }])],
    ['without mediaType', (one) => indexOf([without(one, 'mediaType')])],
    ["with docker's mediaType", (one) => indexOf([{ ...one, mediaType: DOCKER_MANIFEST }])],
    ['with the artifact type for mediaType', (one) => indexOf([{ ...one, mediaType: OCI_EMPTY }])],
    ['with a number in its annotations', (one) => indexOf([{ ...one, annotations: { a: 1 } }])],
    ["with an index's mediaType", (one) => indexOf([{ ...one, mediaType: OCI_INDEX }])],
    ['without mediaType of its own', (one) => ({ schemaVersion: 2, manifests: [one] })],
    ["as docker's list", (one) => indexOf([one], { mediaType: DOCKER_LIST }), DOCKER_LIST],
    ['with the entry a thousand times', (one) => indexOf(Array.from({ length: 1000 }, () => one))],
    ['beside entries that dangle', (one) => indexOf([{ ...one, digest: gone.digest }, one])],
    ['beside the artifact itself and an index', (one) => indexOf([subject.descriptor, gone, one])],
    ['beside an entry without digest', (one) => indexOf([without(one, 'digest'), null, one])],
    ['beside an entry with another hash', (one) => indexOf([{ ...one, digest: 'sha512:ab' }, one])],
    ['beside an entry on another server', (one) => indexOf([{ ...one, urls: ['http://a/'] }, one])],
  ])('%s', async (_what, write, mediaType) => {
    const scene = await startScene();
    putFallback(scene, write(scene.listed), mediaType);
    const { trust } = await verify(scene);
    expect(trust).toMatchObject({ signers: [{ formats: ['bundle'] }] });
  });

  it('and signing adds to it what can be read back', async () => {
    const scene = await startScene();
    putFallback(scene, indexOf([without(scene.listed, 'size')]));
    const other = await makeKey();
    await signWith(other, { store: scene.store, subject }, { format: 'bundle' });
    const both = { store: scene.store, subject };
    await verifyWith([trusted, other], both, { threshold: 2 });
  });
});

describe('S12: a fallback tag that is not to be trusted', () => {
  const unsigned = (scene: Scene): Promise<unknown> =>
    createUnsignedVerifier().verify(subject, scene.store);

  it.each<[string, (listed: Descriptor) => object]>([
    ['entries that name nothing', (one) => indexOf([without(one, 'digest')])],
    ['10,001 entries', (one) => indexOf(Array.from({ length: 10_001 }, () => one))],
    ['a manifest and an index at once', (one) => indexOf([one], { layers: [] })],
    ['another schemaVersion', (one) => indexOf([one], { schemaVersion: 1 })],
    ['no list', (one) => indexOf([], { manifests: one })],
  ])('%s: damage, never "unsigned"', async (_what, write) => {
    const scene = await startScene();
    putFallback(scene, write(scene.listed));
    await expectError(() => verify(scene), 'CONTENT_INVALID');
    await expectError(() => unsigned(scene), 'SIGNATURE_MISMATCH');
  });

  it('damaged, it hides no signature in another place', async () => {
    const scene = await startScene();
    putFallback(scene, indexOf([null]));
    const payload = toBytes(payloadFor(digest));
    const layer = { payload, signature: signRaw(trusted, payload) };
    await pushLegacy({ store: scene.store, subject }, [layer]);
    const { trust } = await verify(scene);
    expect(trust).toMatchObject({ signers: [{ formats: ['legacy'] }] });
  });

  it('10,000 entries: a hundred are read, those listed as signatures first', async () => {
    const scene = await startScene();
    const junk = Array.from({ length: 9_999 }, (_, index) => ({
      ...scene.listed,
      digest: digestOf(toBytes(`junk ${index}`)),
    }));
    const predicate = 'https://sigstore.dev/cosign/sign/v1';
    const annotations = { 'dev.sigstore.bundle.predicateType': predicate };
    putFallback(scene, indexOf([...junk, { ...scene.listed, annotations }]));
    await verify(scene);
    expect(scene.registry.requests(/manifests\/sha256:/).length).toBeLessThanOrEqual(103);
    putFallback(scene, indexOf([...junk, scene.listed]));
    const error = await expectError(() => verify(scene), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('not read: 9900 more referrers of sha256:');
  });

  it('that points to the artifact lists nothing', async () => {
    const scene = await startScene();
    scene.registry.repository(REPOSITORY).tags.set(tag, digest);
    await expectError(() => verify(scene), 'NO_SIGNATURE');
    await unsigned(scene);
  });

  it('whose index lists an index is not followed there', async () => {
    const scene = await startScene();
    const inner = indexOf([scene.listed]);
    putFallback(scene, inner);
    putFallback(scene, indexOf([describeBytes(OCI_INDEX, toBytes(inner))]));
    await expectError(() => verify(scene), 'NO_SIGNATURE');
  });

  it.each([
    ['an error', 500, 'REGISTRY_ERROR'],
    ['too many requests', 429, 'REGISTRY_LIMIT'],
    ['no login', 401, 'AUTHENTICATION_FAILED'],
    ['a broken connection', 'reset', 'NETWORK_FAILED'],
  ] as const)('%s in its place is no "unsigned"', async (_what, answer, code) => {
    const scene = await startScene();
    const instead = answer === 'reset' ? answer : failure(answer, 'DENIED');
    scene.registry.next('GET', new RegExp(`manifests/${tag}$`), { instead }, Infinity);
    await expectError(() => verify(scene), code);
    await expectError(() => unsigned(scene), code);
  });
});
