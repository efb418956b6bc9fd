import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describe as descriptorOf, type Descriptor } from '../../src/content/descriptor.ts';
import { digestOf, hexOf } from '../../src/reference/digest.ts';
import {
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
} from '../../src/reference/media-types.ts';
import { openArchive, type OpenedArchive } from '../../src/workflows/open-archive.ts';
import { expectError } from '../support/expect-error.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { filesBelow } from '../support/files-below.ts';
import { spoolAbove } from '../support/spools.ts';
import { tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

type Files = ReadonlyMap<string, Buffer>;

const samples = join(import.meta.dirname, '../../testdata/cosign');
const config = Buffer.from('{}');
const layer = gzipSync(tarOf(tarFile('plugin.lua')));
const other = gzipSync(tarOf(tarFile('other.lua')));

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const blobPath = (bytes: Buffer): string => `blobs/sha256/${hexOf(digestOf(bytes))}`;
const blobs = (...contents: readonly Buffer[]): Files =>
  new Map(contents.map((bytes) => [blobPath(bytes), bytes]));
const manifestOf = (layers: readonly Buffer[], fields: object = {}): Buffer =>
  json({
    schemaVersion: 2,
    config: descriptorOf(OCI_CONFIG, config),
    layers: layers.map((bytes) => descriptorOf(OCI_LAYER_GZIP, bytes)),
    ...fields,
  });
const indexOf = (...manifests: readonly Descriptor[]): Buffer =>
  json({ schemaVersion: 2, manifests });
const listed = (bytes: Buffer, fields: object = {}): Descriptor => ({
  ...descriptorOf(OCI_MANIFEST, bytes),
  ...fields,
});
const named = (name: string): object => ({
  annotations: { 'org.opencontainers.image.ref.name': name },
});
const layoutOf = (entries: readonly Descriptor[], files: Files): Files =>
  new Map([
    ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    ['index.json', indexOf(...entries)],
    ...files,
  ]);

const manifest = manifestOf([layer]);
const second = manifestOf([other]);
const both = [listed(manifest), listed(second)];
const all = blobs(config, layer, other, manifest, second);

function writeDirectory(files: Files): string {
  const directory = temporaryDirectory();
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return directory;
}

function writeTar(files: Files): string {
  const path = join(temporaryDirectory(), 'layout.tar');
  writeFileSync(path, tarOf(...[...files].map(([name, data]) => tarEntry({ name, data }))));
  return path;
}

const spooling = spoolAbove(Infinity);

describe.each([
  ['a directory', writeDirectory],
  ['a tar', writeTar],
])('an OCI layout as %s', (_, write) => {
  const open = (entries: readonly Descriptor[], files: Files = all): Promise<OpenedArchive> =>
    openArchive(write(layoutOf(entries, files)), { spooling });
  const pathsOf = async (opened: Promise<OpenedArchive>): Promise<string[]> =>
    (await opened).plan.files.map(({ path }) => path);

  it.each(['02-crane-pull/oci', '07-attest-etc/save-both-v3'])('is read: %s', async (name) => {
    const opened = await openArchive(write(filesBelow(join(samples, name))), { spooling });
    expect(opened.kind).toBe('oci-layout');
    expect(opened.plan.files.map(({ path }) => path)).toEqual(
      ['schema.lua', 'handler.lua'].map((file) => `my-plugin-dir/kong/plugins/my-plugin/${file}`),
    );
  });

  it('gives the one artifact beside signatures, attestations and referrers', async () => {
    const referrer = manifestOf([other], { subject: listed(manifest) });
    const tag = `sha256-${hexOf(digestOf(manifest))}`;
    const entries = [
      listed(second, named(`${tag}.sig`)),
      listed(second, named(`registry.example/acme/plugin:${tag}.att`)),
      listed(second, named(tag)),
      listed(second, { annotations: { kind: 'dev.cosignproject.cosign/atts' } }),
      listed(second, { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }),
      listed(referrer),
      listed(manifest),
    ];
    const opened = open(entries, new Map([...all, ...blobs(referrer)]));
    expect(await pathsOf(opened)).toEqual(['plugin.lua']);
  });

  it('gives the artifact tagged latest of several', async () => {
    const entries = [listed(second), listed(manifest, named('latest'))];
    expect(await pathsOf(open(entries))).toEqual(['plugin.lua']);
  });

  it('refuses several artifacts without that tag, and lists their layers', async () => {
    const error = await expectError(() => open(both), 'ARCHIVE_REFUSED');
    expect(error.details).toMatchObject({
      reason: 'IMAGE_COUNT',
      layers: [digestOf(layer), digestOf(other)],
    });
  });

  it('refuses none at all, and one of two layers or none', async () => {
    await expectRefused(() => open([]), 'IMAGE_COUNT');
    for (const layers of [[layer, other], []]) {
      const odd = manifestOf(layers);
      await expectRefused(() => open([listed(odd)], blobs(odd)), 'LAYER_COUNT');
    }
  });

  const openIndex = (...children: readonly Descriptor[]): Promise<OpenedArchive> => {
    const index = indexOf(...children);
    const entry = {
      ...descriptorOf(OCI_INDEX, index),
      annotations: { kind: 'dev.cosignproject.cosign/imageIndex' },
    };
    return open([entry], new Map([...all, ...blobs(index, armManifest)]));
  };
  const armManifest = manifestOf([layer], { annotations: { for: 'arm64' } });
  const linux = (architecture: string): object => ({ platform: { os: 'linux', architecture } });

  it.each<[string, readonly Descriptor[]]>([
    ['linux/amd64', [listed(second, linux('arm64')), listed(manifest, linux('amd64'))]],
    ['its only manifest', [listed(manifest, linux('riscv64'))]],
    ['the layer that all platforms share', [listed(manifest), listed(armManifest)]],
    [
      'the manifest beside an attestation of buildx',
      [
        listed(manifest),
        listed(second, { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }),
      ],
    ],
  ])('of an index gives %s', async (_what, children) => {
    expect(await pathsOf(openIndex(...children))).toEqual(['plugin.lua']);
  });

  it('of an index refuses platforms with different layers, and none', async () => {
    await expectRefused(() => openIndex(...both), 'IMAGE_COUNT');
    await expectRefused(() => openIndex(), 'IMAGE_COUNT');
  });

  it.each<['DIGEST_MISMATCH' | 'SIZE_MISMATCH' | 'CONTENT_INVALID', string, () => Files, object?]>([
    [
      'DIGEST_MISMATCH',
      'a changed manifest',
      () => new Map([[blobPath(manifest), Buffer.alloc(manifest.length)]]),
    ],
    ['SIZE_MISMATCH', 'a manifest of another size', () => blobs(manifest), { size: 1 }],
    ['CONTENT_INVALID', 'a missing manifest', () => new Map()],
    ['CONTENT_INVALID', 'a missing layer', () => blobs(manifest, config)],
    ['CONTENT_INVALID', 'a missing config', () => blobs(manifest, layer)],
    [
      'SIZE_MISMATCH',
      'a layer of another size',
      () => new Map([...blobs(manifest, config), [blobPath(layer), Buffer.from('x')]]),
    ],
    [
      'DIGEST_MISMATCH',
      'a changed layer',
      () => new Map([...blobs(manifest, config), [blobPath(layer), Buffer.alloc(layer.length)]]),
    ],
  ])('is refused with %s: %s', async (code, _what, files, fields) => {
    await expectError(() => open([listed(manifest, fields)], files()), code);
  });

  it('is refused with an index.json or a marker that is none', async () => {
    const files = layoutOf([listed(manifest)], all);
    const changed = (path: string, bytes: Buffer): Files => new Map([...files, [path, bytes]]);
    for (const odd of [
      changed('index.json', Buffer.from('[')),
      changed('index.json', Buffer.alloc(5 * 1024 * 1024, ' ')),
      changed('index.json', Buffer.alloc(0)),
      changed('oci-layout', Buffer.from('{}')),
    ])
      await expectError(() => openArchive(write(odd), { spooling }), 'CONTENT_INVALID');
  });

  it('keeps to the limit for its layer', async () => {
    const path = write(layoutOf([listed(manifest)], all));
    const call = (): Promise<unknown> =>
      openArchive(path, { spooling, maxLayerBytes: layer.length - 1 });
    await expectError(call, 'CONTENT_TOO_LARGE');
  });
});

it('a directory that is no layout is not found', async () => {
  await expectError(() => openArchive(temporaryDirectory(), { spooling }), 'NOT_FOUND');
});
