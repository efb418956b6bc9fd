import { describe, expect, it } from 'vitest';
import { describe as describeBytes, type Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { readContent } from '../../src/content/read-content.ts';
import type { PinnedReference } from '../../src/content/verified-subject.ts';
import { referrersTagOf, signatureTagOf } from '../../src/reference/digest.ts';
import {
  BUNDLE_V03,
  OCI_INDEX,
  OCI_MANIFEST,
  SIGNATURE_ANNOTATION,
  SIMPLE_SIGNING,
} from '../../src/reference/media-types.ts';
import { encodeBundle } from '../../src/signing/bundle.ts';
import { readPublicKey, type PublicKey } from '../../src/signing/public-key.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { encodeSimpleSigning } from '../../src/signing/simple-signing.ts';
import { encodeStatement } from '../../src/signing/statement.ts';
import { createKeyVerifier, sample } from './support.ts';
import { signSubject } from '../support/sign-subject.ts';

const MANIFEST = sample('01-upload-blob/manifest.json');
const SUBJECT = describeBytes(OCI_MANIFEST, MANIFEST);
const TWO_SIGS_ANNOTATIONS = { zz: '1', version: '0.1.0', author: 'A <a&b> é 😀' };

interface SignatureManifest {
  layers: { annotations: Record<string, string> }[];
}

/** The signatures cosign made, layer by layer. */
function signaturesIn(path: string): Buffer[] {
  const { layers } = JSON.parse(sample(path).toString()) as SignatureManifest;
  return layers.map(({ annotations }) =>
    Buffer.from(annotations[SIGNATURE_ANNOTATION] ?? '', 'base64'),
  );
}

function bundleSignature(path: string): Buffer {
  const [, base64 = ''] = /"sig":"([^"]+)"/.exec(sample(path).toString()) ?? [];
  return Buffer.from(base64, 'base64');
}

function publicKey(name: string): PublicKey {
  return readPublicKey(sample(`03-keys/${name}.cosign.pub`).toString());
}

/** ECDSA never gives the same twice, so byte identity needs the signature that cosign made. */
function replay(identity: PublicKey, signature: Buffer): Signer {
  return { identity, sign: () => Promise.resolve({ signature }) };
}

async function storeWithManifest(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.push(SUBJECT, MANIFEST);
  return store;
}

const pinned = (repository: string): PinnedReference => ({ repository, descriptor: SUBJECT });
const bytesOf = async (store: MemoryStore, descriptor: Descriptor): Promise<string> =>
  (await readContent(store, descriptor, { limitBytes: 1_000_000 })).toString();

describe('the bytes cosign signs', () => {
  it.each([
    ['v2', '127.0.0.1:24711/leg/v2'],
    ['v3', '127.0.0.1:24711/leg/v3'],
  ])('legacy payload of %s', (name, repository) => {
    const payload = encodeSimpleSigning({ digest: SUBJECT.digest, repository, annotations: {} });
    expect(payload).toEqual(sample(`04-legacy-sign/${name}.payload.json`));
  });

  it('legacy payload with annotations: sorted and HTML-escaped', () => {
    const payload = encodeSimpleSigning({
      digest: SUBJECT.digest,
      repository: '127.0.0.1:24721/leg/rec',
      annotations: TWO_SIGS_ANNOTATIONS,
    });
    expect(payload).toEqual(sample('04-legacy-sign/two-sigs.payload2-with-annotations.json'));
  });

  it('statements: sorted, not HTML-escaped', () => {
    expect(encodeStatement(SUBJECT.digest, {})).toEqual(sample('05-new-bundle/statement.json'));
    expect(encodeStatement(SUBJECT.digest, { x: '<é&>', version: '0.1.0' })).toEqual(
      sample('05-new-bundle/statement-with-annotations.json'),
    );
  });

  it('keeps integer-like annotation keys in byte order', () => {
    const annotations = { b: '1', 2: 'x', 10: 'y' };
    const payload = encodeSimpleSigning({ digest: SUBJECT.digest, repository: 'r', annotations });
    expect(payload.toString()).toContain('"optional":{"10":"y","2":"x","b":"1"}');
    expect(encodeStatement(SUBJECT.digest, annotations).toString()).toContain(
      '"annotations":{"10":"y","2":"x","b":"1"}',
    );
  });
});

describe('the content cosign writes', () => {
  it.each([
    ['bundle.sigstore.json', 'statement.json'],
    ['bundle-with-annotations.json', 'statement-with-annotations.json'],
  ])('bundle: %s', (bundle, statement) => {
    const signature = bundleSignature(`05-new-bundle/${bundle}`);
    const encoded = encodeBundle(sample(`05-new-bundle/${statement}`), {
      signature,
      signer: replay(publicKey('v3'), signature),
      proofs: { entries: [], timestamps: [] },
    });
    expect(encoded.toString()).toBe(sample(`05-new-bundle/${bundle}`).toString());
  });

  it('referrer manifest', async () => {
    const store = await storeWithManifest();
    const [written] = await signSubject(store, pinned('r.example/x'), {
      signer: replay(publicKey('v3'), bundleSignature('05-new-bundle/bundle.sigstore.json')),
      format: 'bundle',
      repository: 'r.example/x',
      createdAt: new Date('2026-11-22T10:14:58.999Z'),
    });
    const manifest = written ? await bytesOf(store, written.descriptor) : '';
    expect(manifest).toBe(sample('05-new-bundle/referrer-manifest.json').toString());
  });

  it.each(['v2', 'v3'])('.sig manifest and config of %s', async (name) => {
    const store = await storeWithManifest();
    const [signature = Buffer.alloc(0)] = signaturesIn(`04-legacy-sign/${name}.manifest.json`);
    const repository = `127.0.0.1:24711/leg/${name}`;
    const [written] = await signSubject(store, pinned(repository), {
      signer: replay(publicKey(name), signature),
      format: 'legacy',
      repository,
      createdAt: new Date(0),
    });
    const manifest = written ? await bytesOf(store, written.descriptor) : '';
    expect(manifest).toBe(sample(`04-legacy-sign/${name}.manifest.json`).toString());
    const { config } = JSON.parse(manifest) as { config: Descriptor };
    const expected = sample(`04-legacy-sign/${name}.config.json`).toString();
    expect(await bytesOf(store, config)).toBe(expected);
  });

  it('.sig manifest after a second signature', async () => {
    const store = await storeWithManifest();
    const repository = '127.0.0.1:24721/leg/rec';
    const [first, last] = signaturesIn('04-legacy-sign/two-sigs.manifest.json');
    const sign = (signer: Signer, annotations: Record<string, string>) =>
      signSubject(store, pinned(repository), {
        signer,
        format: 'legacy',
        annotations,
        repository,
        createdAt: new Date(0),
      });
    await sign(replay(publicKey('v3'), first ?? Buffer.alloc(0)), {});
    const second = replay(publicKey('v2'), last ?? Buffer.alloc(0));
    const [written] = await sign(second, TWO_SIGS_ANNOTATIONS);
    const manifest = written ? await bytesOf(store, written.descriptor) : '';
    expect(manifest).toBe(sample('04-legacy-sign/two-sigs.manifest.json').toString());
    const { config } = JSON.parse(manifest) as { config: Descriptor };
    const expected = sample('04-legacy-sign/two-sigs.config.json').toString();
    expect(await bytesOf(store, config)).toBe(expected);
  });
});

describe('verifying what cosign signed', () => {
  const verify = (store: MemoryStore, key: string) =>
    createKeyVerifier({ keys: [publicKey(key)], threshold: 1 }).verify(pinned('r/x'), store);

  it.each(['v2', 'v3'])('a legacy signature of %s', async (name) => {
    const store = await storeWithManifest();
    const payload = sample(`04-legacy-sign/${name}.payload.json`);
    const manifest = sample(`04-legacy-sign/${name}.manifest.json`);
    await store.push(describeBytes(SIMPLE_SIGNING, payload), payload);
    await store.push(describeBytes(OCI_MANIFEST, manifest), manifest);
    await store.tag(describeBytes(OCI_MANIFEST, manifest), signatureTagOf(SUBJECT.digest));
    const { trust } = await verify(store, name);
    expect(trust).toMatchObject({
      kind: 'signed',
      signers: [{ formats: ['legacy'], signedReference: `127.0.0.1:24711/leg/${name}` }],
    });
  });

  it('a bundle found through a fallback tag that calls it oci.empty', async () => {
    const snapshot = (await storeWithManifest()).snapshot();
    const bundle = sample('05-new-bundle/bundle.sigstore.json');
    const manifest = sample('05-new-bundle/referrer-manifest.json');
    const index = sample('05-new-bundle/fallback-tag.docker.json');
    const listed = describeBytes(OCI_INDEX, index);
    const blobs = new Map(snapshot.blobs)
      .set(describeBytes(BUNDLE_V03, bundle).digest, bundle)
      .set(describeBytes(OCI_MANIFEST, manifest).digest, manifest)
      .set(listed.digest, index);
    const tags = { [referrersTagOf(SUBJECT.digest)]: listed };
    const { trust } = await verify(new MemoryStore({ tags, referrers: [], blobs }), 'v3');
    expect(trust).toMatchObject({ kind: 'signed', signers: [{ formats: ['bundle'] }] });
  });
});
