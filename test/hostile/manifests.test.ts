import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot } from '../../src/content/content-snapshot.ts';
import { parseManifest } from '../../src/content/manifest.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const layer = { mediaType: 'application/x-gzip', digest: DIGEST, size: 1 };
const good = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: layer, layers: [layer] };
const parse = (document: unknown, mediaType = OCI_MANIFEST): unknown =>
  parseManifest(
    Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
    mediaType,
  );

/** ATTACKS R2 to R6: what a manifest may not be, even when its digest is right. */
describe('a hostile manifest', () => {
  it('is measured against a good one', () => {
    expect(parse(good)).toMatchObject({ kind: 'manifest', layers: [layer] });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('latin1')],
    ['manifest and index at once (CVE-2021-41190)', { ...good, manifests: [layer] }],
    ['docker schema 1', { schemaVersion: 1, name: 'x', fsLayers: [], history: [] }],
    ['a media type that contradicts its descriptor', { ...good, mediaType: OCI_INDEX }],
    ['an unknown media type', { ...good, mediaType: 'text/plain' }],
    [
      'foreign layers with urls (CVE-2020-15157)',
      { ...good, layers: [{ ...layer, urls: ['https://evil.example'] }] },
    ],
    [
      'a digest that is a path (CVE-2024-3727)',
      { ...good, layers: [{ ...layer, digest: 'sha256:../../x' }] },
    ],
    [
      'an upper-case digest',
      { ...good, layers: [{ ...layer, digest: `sha256:${'AB'.repeat(32)}` }] },
    ],
    ['a sha1 digest', { ...good, layers: [{ ...layer, digest: `sha1:${'ab'.repeat(20)}` }] }],
    ['a negative size', { ...good, layers: [{ ...layer, size: -1 }] }],
    ['a size above 2^53', JSON.stringify(good).replace('"size":1', '"size":9007199254740993')],
    ['a size that is a text', { ...good, layers: [{ ...layer, size: '1' }] }],
    ['layers that are no list', { ...good, layers: { 0: layer } }],
    ['100,000 layers', { ...good, layers: Array.from({ length: 100_000 }, () => layer) }],
    ['no config', { ...good, config: undefined }],
    ['annotations that are no texts', { ...good, annotations: { a: 1 } }],
    ['a subject that is no descriptor', { ...good, subject: 'sha256:x' }],
  ])('%s is refused', async (_what, document) => {
    await expectError(() => parse(document), 'CONTENT_INVALID');
  });

  it('cannot reach the prototype through annotations', () => {
    const text = JSON.stringify(good).replace(/}$/, ',"annotations":{"__proto__":"x"}}');
    const document = parseManifest(Buffer.from(text), OCI_MANIFEST);
    expect(Object.getPrototypeOf(document.annotations)).toBeNull();
    expect('toString' in document.annotations).toBe(false);
  });
});

describe('stored evidence that was changed', () => {
  const bytes = Buffer.from('{}');
  const snapshot = { tags: {}, referrers: [], blobs: new Map([[digestOf(bytes), bytes]]) };

  it('is read back as it was written', () => {
    expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
  });

  it('is refused', async () => {
    const text = encodeSnapshot(snapshot).toString();
    const changed = text.replace(bytes.toString('base64'), Buffer.from('[]').toString('base64'));
    await expectError(() => decodeSnapshot(Buffer.from(changed)), 'DIGEST_MISMATCH');
    await expectError(() => decodeSnapshot(Buffer.from('{}')), 'CONTENT_INVALID');
    await expectError(() => decodeSnapshot(Buffer.from('no json')), 'CONTENT_INVALID');
  });
});
