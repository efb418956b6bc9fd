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

  it.each([
    ['layers twice', '"layers":[', '"layers":[],"layers":['],
    ['layers and Layers, which Go takes for the same', '"layers":[', '"Layers":[],"layers":['],
    ['layers behind an escape', '"layers":[', '"\\u006cayers":[],"layers":['],
    ['a long s, which Go folds to s', '"layers":[', '"layer\u017f":[],"layers":['],
    ['Layers alone', '"layers":[', '"Layers":['],
    ['Subject alone', '"layers":[', '"Subject":null,"layers":['],
    ['a digest twice in a descriptor', '"digest":', `"digest":"x","digest":`],
    ['Digest in a descriptor', '"digest":', `"Digest":"x","digest":`],
    ['a key of nobody twice', '"layers":[', '"x":1,"x":2,"layers":['],
    ['a key of nobody in two cases', '"layers":[', '"x":1,"X":2,"layers":['],
    ['an annotation twice', '"layers":[', '"annotations":{"a":"1","a":"2"},"layers":['],
    ['Annotations of a descriptor', '"digest":', '"Annotations":{"a":"1"},"digest":'],
  ])('has one reading: %s', async (_what, from, to) => {
    const text = JSON.stringify(good).replace(from, to);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    await expectError(() => parse(text), 'CONTENT_INVALID');
  });

  it.each([
    ['manifests twice', '"manifests":[', '"manifests":[],"manifests":['],
    ['Manifests', '"manifests":[', '"Manifests":[],"manifests":['],
    ['a digest twice', '"digest":', '"digest":"x","digest":'],
    ['Os of a platform', '"size":', '"platform":{"os":"linux","Os":"windows"},"size":'],
  ])('has one reading as an index: %s', async (_what, from, to) => {
    const text = JSON.stringify({ schemaVersion: 2, manifests: [layer] });
    expect(parse(text, OCI_INDEX)).toMatchObject({ manifests: [layer] });
    await expectError(() => parse(text.replace(from, to), OCI_INDEX), 'CONTENT_INVALID');
  });

  it('may have annotations that differ in case, and texts that look like keys', () => {
    const annotations = { a: '"layers":', A: '{"layers":[]}', Layers: '\\"', '"layers"': ',' };
    const document = { ...good, annotations, layers: [{ ...layer, annotations }] };
    const spaced = JSON.stringify(document, null, 2).replace(/(?<!\\)": /g, '" \r\n\t: ');
    for (const text of [JSON.stringify(document), spaced])
      expect(parse(text)).toMatchObject({ annotations });
  });

  it('of 4 MiB is searched for repeated keys in one pass', () => {
    const key = (index: number): string => `"k${index}":[{"a":"\\"",\n"b":{}}]`;
    const keys = Array.from({ length: 150_000 }, (_, index) => key(index)).join(',');
    expect(parse(JSON.stringify(good).replace(/}$/, `,${keys}}`))).toMatchObject({
      layers: [layer],
    });
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

  const text = bytes.toString('base64');
  it.each([
    ['a list', []],
    ['null', null],
    ['a text', 'x'],
    ['tags that are null', { tags: null }],
    ['a tag that is no descriptor', { tags: { '1.0.0': null } }],
    ['a tag without digest', { tags: { '1.0.0': { mediaType: OCI_MANIFEST, size: 1 } } }],
    ['a tag of a negative size', { tags: { '1.0.0': { ...layer, size: -1 } } }],
    ['referrers that are no list', { referrers: { length: 1 } }],
    ['a referrer that is a number', { referrers: [1] }],
    ['a referrer whose digest is a path', { referrers: [{ ...layer, digest: '../../x' }] }],
    ['annotations that are no texts', { referrers: [{ ...layer, annotations: { a: {} } }] }],
    ['no blobs', { blobs: undefined }],
    ['a blob that is a number', { blobs: { [DIGEST]: 1 } }],
    ['a blob that is an object', { blobs: { [DIGEST]: { toString: text } } }],
    ['another schema', { schemaVersion: 2 }],
  ])('is refused as %s', async (_what, fields) => {
    const whole = { schemaVersion: 1, tags: {}, referrers: [], blobs: {} };
    const isPart = typeof fields === 'object' && fields !== null && !Array.isArray(fields);
    const document = isPart ? { ...whole, ...fields } : fields;
    const call = (): unknown => decodeSnapshot(Buffer.from(JSON.stringify(document)));
    await expectError(call, 'CONTENT_INVALID');
  });

  it('is refused with a blob under a name that is no digest', async () => {
    const document = { schemaVersion: 1, tags: {}, referrers: [], blobs: { x: text } };
    const call = (): unknown => decodeSnapshot(Buffer.from(JSON.stringify(document)));
    await expectError(call, 'DIGEST_MISMATCH');
  });
});
