import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readContainer } from '../../src/archive/read-container.ts';
import { describe as descriptorOf, type Descriptor } from '../../src/content/descriptor.ts';
import { digestOf, hexOf } from '../../src/reference/digest.ts';
import {
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
} from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';

const samples = fileURLToPath(new URL('../../testdata/cosign/', import.meta.url));
const sample = (name: string): Buffer => readFileSync(path.join(samples, name));
const layer = sample('01-upload-blob/my-plugin.tar.gz');
const seedFiles = ['schema.lua', 'handler.lua'].map(
  (name) => `my-plugin-dir/kong/plugins/my-plugin/${name}`,
);

const tarFromMap = (files: ReadonlyMap<string, string | Buffer>): Buffer =>
  tarOf(...[...files].map(([name, data]) => tarEntry({ name, data })));

/** A directory as a tar, as `tar cf` makes one. */
function tarDirectoryOnDisk(name: string): Buffer {
  const root = path.join(samples, name);
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return tarFromMap(new Map(files.map((file) => [path.relative(root, file), readFileSync(file)])));
}

describe('docker archives', () => {
  const saved = (images: unknown, files: Readonly<Record<string, string | Buffer>> = {}): Buffer =>
    tarFromMap(new Map([...Object.entries(files), ['manifest.json', JSON.stringify(images)]]));
  const layerName = `${hexOf(digestOf(layer))}.tar.gz`;

  it.each(['pull-by-tag.tar', 'pull-by-digest.tar.gz', 'pull-of-oras-artifact.tar'])(
    'reads crane pull: %s',
    (name) => {
      const container = readContainer(sample(`02-crane-pull/${name}`));
      expect(container.kind).toBe('docker-archive');
      expect(layer.equals(container.layer)).toBe(true);
      expect(container.plan.files.map((file) => file.path)).toEqual(seedFiles);
      expect(container.plan.archiveDigest).toBe(digestOf(layer));
    },
  );

  it('reads crane pull --format=legacy, whose layer is uncompressed', () => {
    const { kind, plan } = readContainer(sample('02-crane-pull/legacy.tar'));
    expect(kind).toBe('docker-archive');
    expect(plan.files.map((file) => file.path)).toEqual(seedFiles);
  });

  it('reads one that was compressed as a whole', () => {
    expect(readContainer(gzipSync(sample('02-crane-pull/pull-by-tag.tar'))).kind).toBe(
      'docker-archive',
    );
  });

  it('passes over the links that podman save writes', () => {
    const link = tarEntry({ name: 'id/layer.tar', type: '2', linkName: `../${layerName}` });
    const tar = Buffer.concat([link, saved([{ Layers: [layerName] }], { [layerName]: layer })]);
    expect(readContainer(tar).plan.files).toHaveLength(2);
  });

  it('follows no link', async () => {
    const link = tarEntry({ name: 'layer.tar', type: '2', linkName: '/etc/passwd' });
    const tar = Buffer.concat([link, saved([{ Layers: ['layer.tar'] }])]);
    await expectError(() => readContainer(tar), 'CONTENT_INVALID');
  });

  it('refuses several images and lists them', async () => {
    const tar = saved([
      { RepoTags: ['a:1'], Layers: ['x'] },
      { RepoTags: null, Layers: ['y'] },
    ]);
    const error = await expectError(() => readContainer(tar), 'ARCHIVE_REFUSED');
    expect(error.details).toMatchObject({ reason: 'IMAGE_COUNT', images: ['"a:1"', '""'] });
  });

  it('refuses several layers and lists them', async () => {
    const tar = saved([{ Layers: ['x', 'y'] }]);
    const error = await expectError(() => readContainer(tar), 'ARCHIVE_REFUSED');
    expect(error.details).toMatchObject({ reason: 'LAYER_COUNT', layers: ['"x"', '"y"'] });
  });

  it.each([`${'0'.repeat(64)}.tar.gz`, `blobs/sha256/${'0'.repeat(64)}`])(
    'refuses a layer that is not what its name says: %s',
    async (name) => {
      const tar = saved([{ Layers: [name] }], { [name]: layer });
      await expectError(() => readContainer(tar), 'DIGEST_MISMATCH');
    },
  );

  it.each([
    ['an object', {}],
    ['a list of null', [null]],
    ['layers that are no names', [{ Layers: [1] }]],
    ['tags that are no names', [{ Layers: ['x'], RepoTags: 'x' }]],
    ['a layer that is missing', [{ Layers: ['x'] }]],
  ])('refuses %s', async (_, manifest) => {
    await expectError(() => readContainer(saved(manifest)), 'CONTENT_INVALID');
  });

  it('refuses a manifest that is no JSON or too large to parse', async () => {
    await expectError(() => readContainer(tarOf(tarFile('manifest.json', '['))), 'CONTENT_INVALID');
    const huge = tarOf(tarFile('manifest.json', ' '.repeat(5 * 1024 * 1024)));
    await expectError(() => readContainer(huge), 'CONTENT_TOO_LARGE');
  });

  it('refuses two entries for the same layer', async () => {
    const tar = Buffer.concat([tarFile('manifest.json', '[]'), saved([])]);
    await expectRefused(() => readContainer(tar), 'DUPLICATE');
  });
});

describe('OCI layouts', () => {
  const config = Buffer.from('{}');
  const blobs = (...contents: readonly Buffer[]): readonly (readonly [string, Buffer])[] =>
    contents.map((bytes) => [`blobs/sha256/${hexOf(digestOf(bytes))}`, bytes]);
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const manifestOf = (layers: readonly Buffer[], more: object = {}): Buffer =>
    json({
      schemaVersion: 2,
      config: descriptorOf(OCI_CONFIG, config),
      layers: layers.map((bytes) => descriptorOf(OCI_LAYER_GZIP, bytes)),
      ...more,
    });
  const layoutOf = (
    listed: readonly Descriptor[],
    files: readonly (readonly [string, Buffer])[],
  ): Buffer =>
    tarFromMap(
      new Map<string, string | Buffer>([
        ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
        ['index.json', json({ schemaVersion: 2, manifests: listed })],
        ...files,
      ]),
    );
  const manifest = manifestOf([layer]);
  const listed = descriptorOf(OCI_MANIFEST, manifest);
  const other = gzipSync(tarOf(tarFile('other.lua')));

  it.each(['02-crane-pull/oci', '07-attest-etc/save-both-v3'])('reads %s', (name) => {
    const { kind, plan } = readContainer(tarDirectoryOnDisk(name));
    expect(kind).toBe('oci-layout');
    expect(plan.files.map((file) => file.path)).toEqual(seedFiles);
  });

  it('passes over signatures, attestations and referrers', () => {
    const companion = manifestOf([other]);
    const referrer = manifestOf([other], { subject: listed });
    const index = [
      {
        ...descriptorOf(OCI_MANIFEST, companion),
        annotations: { 'org.opencontainers.image.ref.name': `sha256-${hexOf(listed.digest)}.sig` },
      },
      {
        ...descriptorOf(OCI_MANIFEST, companion),
        annotations: { kind: 'dev.cosignproject.cosign/atts' },
      },
      descriptorOf(OCI_MANIFEST, referrer),
      listed,
    ];
    const tar = layoutOf(index, blobs(config, layer, other, manifest, companion, referrer));
    expect(readContainer(tar).plan.files).toHaveLength(2);
  });

  it('reads the one layer that the platforms of an index share', () => {
    const second = manifestOf([layer], { annotations: { platform: 'arm64' } });
    const nested = json({
      schemaVersion: 2,
      manifests: [listed, descriptorOf(OCI_MANIFEST, second)],
    });
    const tar = layoutOf(
      [descriptorOf(OCI_INDEX, nested)],
      blobs(config, layer, manifest, second, nested),
    );
    expect(readContainer(tar).plan.files).toHaveLength(2);
  });

  it('refuses two artifacts and lists their layers', async () => {
    const second = manifestOf([other]);
    const tar = layoutOf(
      [listed, descriptorOf(OCI_MANIFEST, second)],
      blobs(config, layer, other, manifest, second),
    );
    const error = await expectError(() => readContainer(tar), 'ARCHIVE_REFUSED');
    expect(error.details).toMatchObject({
      reason: 'IMAGE_COUNT',
      layers: [digestOf(layer), digestOf(other)],
    });
  });

  it('refuses no artifact at all, and one of two layers', async () => {
    await expectRefused(() => readContainer(layoutOf([], [])), 'IMAGE_COUNT');
    const two = manifestOf([layer, other]);
    const tar = layoutOf([descriptorOf(OCI_MANIFEST, two)], blobs(two));
    await expectRefused(() => readContainer(tar), 'LAYER_COUNT');
  });

  it.each([
    [
      'DIGEST_MISMATCH',
      'manifest',
      [listed],
      [[blobs(manifest)[0]?.[0] ?? '', Buffer.alloc(manifest.length)]],
    ],
    ['SIZE_MISMATCH', 'manifest', [{ ...listed, size: 1 }], blobs(manifest)],
    ['CONTENT_INVALID', 'missing manifest', [listed], []],
    ['CONTENT_INVALID', 'missing layer', [listed], blobs(manifest, config)],
    ['CONTENT_INVALID', 'missing config', [listed], blobs(manifest, layer)],
    [
      'SIZE_MISMATCH',
      'layer',
      [listed],
      [...blobs(manifest, config), [blobs(layer)[0]?.[0] ?? '', Buffer.from('x')]],
    ],
  ] as const)('refuses with %s: %s', async (code, _, index, files) => {
    await expectError(() => readContainer(layoutOf(index, files)), code);
  });
});

describe('plain archives', () => {
  it('keeps the file as the layer', () => {
    const container = readContainer(layer);
    expect(container.kind).toBe('plain');
    expect(container.layer).toBe(layer);
    expect(container.plan.archiveDigest).toBe(digestOf(layer));
  });

  it('is no laxer for them than the strict reader', async () => {
    await expectRefused(() => readContainer(tarOf(tarFile('C:x'))), 'PATH_CHARACTER');
    const link = tarEntry({ name: 'x', type: '2', linkName: 'y' });
    await expectRefused(() => readContainer(tarOf(link, tarFile('z'))), 'ENTRY_TYPE');
  });

  it('an index.json alone makes no layout', () => {
    expect(readContainer(tarOf(tarFile('index.json'), tarFile('x'))).kind).toBe('plain');
  });
});
