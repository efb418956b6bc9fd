import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Container } from '../../src/archive/read-container.ts';
import { wholeOf } from '../../src/content/byte-source.ts';
import { digestOf, hexOf } from '../../src/reference/digest.ts';
import {
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
} from '../../src/reference/media-types.ts';
import { readContainerBothWays } from '../support/both-ways.ts';
import { expectError } from '../support/expect-error.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { tarDirectory, tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';

const samples = fileURLToPath(new URL('../../testdata/cosign/', import.meta.url));
const sample = (name: string): Buffer => readFileSync(path.join(samples, name));
const layer = sample('01-upload-blob/my-plugin.tar.gz');
const seedFiles = ['schema.lua', 'handler.lua'].map(
  (name) => `my-plugin-dir/kong/plugins/my-plugin/${name}`,
);

const tarFromMap = (files: ReadonlyMap<string, string | Buffer>): Buffer =>
  tarOf(...[...files].map(([name, data]) => tarEntry({ name, data })));

/** What holds its plugin in one archive: everything but a layout. */
async function readPlugin(bytes: Uint8Array): Promise<Exclude<Container, { kind: 'oci-layout' }>> {
  const container = await readContainerBothWays(bytes);
  if (container.kind === 'oci-layout') return expect.unreachable('taken for a layout');
  return container;
}

describe('docker archives', () => {
  const saved = (images: unknown, files: Readonly<Record<string, string | Buffer>> = {}): Buffer =>
    tarFromMap(new Map([...Object.entries(files), ['manifest.json', JSON.stringify(images)]]));
  const layerName = `${hexOf(digestOf(layer))}.tar.gz`;

  it.each(['pull-by-tag.tar', 'pull-by-digest.tar.gz', 'pull-of-oras-artifact.tar'])(
    'reads crane pull: %s',
    async (name) => {
      const container = await readPlugin(sample(`02-crane-pull/${name}`));
      expect(container.kind).toBe('docker-archive');
      expect(layer.equals(wholeOf(container.layer))).toBe(true);
      expect(container.plan.files.map((file) => file.path)).toEqual(seedFiles);
      expect(container.plan.archiveDigest).toBe(digestOf(layer));
    },
  );

  it('reads crane pull --format=legacy, whose layer is uncompressed', async () => {
    const { kind, plan } = await readPlugin(sample('02-crane-pull/legacy.tar'));
    expect(kind).toBe('docker-archive');
    expect(plan.files.map((file) => file.path)).toEqual(seedFiles);
  });

  it('reads one that was compressed as a whole', async () => {
    expect((await readPlugin(gzipSync(sample('02-crane-pull/pull-by-tag.tar')))).kind).toBe(
      'docker-archive',
    );
  });

  it('passes over the links that podman save writes', async () => {
    const link = tarEntry({ name: 'id/layer.tar', type: '2', linkName: `../${layerName}` });
    const tar = Buffer.concat([link, saved([{ Layers: [layerName] }], { [layerName]: layer })]);
    expect((await readPlugin(tar)).plan.files).toHaveLength(2);
  });

  it('follows no link', async () => {
    const link = tarEntry({ name: 'layer.tar', type: '2', linkName: '/etc/passwd' });
    const tar = Buffer.concat([link, saved([{ Layers: ['layer.tar'] }])]);
    await expectError(() => readPlugin(tar), 'CONTENT_INVALID');
  });

  it('refuses several images and lists them', async () => {
    const tar = saved([
      { RepoTags: ['a:1'], Layers: ['x'] },
      { RepoTags: null, Layers: ['y'] },
    ]);
    const error = await expectError(() => readPlugin(tar), 'ARCHIVE_REFUSED');
    expect(error.details).toMatchObject({ reason: 'IMAGE_COUNT', images: ['"a:1"', '""'] });
  });

  it('refuses several layers and lists them', async () => {
    const tar = saved([{ Layers: ['x', 'y'] }]);
    const error = await expectError(() => readPlugin(tar), 'ARCHIVE_REFUSED');
    expect(error.details).toMatchObject({ reason: 'LAYER_COUNT', layers: ['"x"', '"y"'] });
  });

  it.each([`${'0'.repeat(64)}.tar.gz`, `blobs/sha256/${'0'.repeat(64)}`])(
    'refuses a layer that is not what its name says: %s',
    async (name) => {
      const tar = saved([{ Layers: [name] }], { [name]: layer });
      await expectError(() => readPlugin(tar), 'DIGEST_MISMATCH');
    },
  );

  it.each([
    ['an object', {}],
    ['a list of null', [null]],
    ['layers that are no names', [{ Layers: [1] }]],
    ['tags that are no names', [{ Layers: ['x'], RepoTags: 'x' }]],
    ['a layer that is missing', [{ Layers: ['x'] }]],
  ])('refuses %s', async (_, manifest) => {
    await expectError(() => readPlugin(saved(manifest)), 'CONTENT_INVALID');
  });

  it('refuses a manifest that is no JSON or too large to parse', async () => {
    await expectError(() => readPlugin(tarOf(tarFile('manifest.json', '['))), 'CONTENT_INVALID');
    const huge = tarOf(tarFile('manifest.json', ' '.repeat(5 * 1024 * 1024)));
    await expectError(() => readPlugin(huge), 'CONTENT_TOO_LARGE');
  });

  it.each([
    ["docker's files for each layer", [`${'a'.repeat(64)}/VERSION`, `${'a'.repeat(64)}/json`]],
    ['a config and repositories', ['config.json', 'repositories']],
    ['blobs', [`blobs/sha256/${'b'.repeat(64)}`]],
  ])('has room for %s', async (_, names) => {
    const more = Object.fromEntries(names.map((name) => [name, 'x']));
    const tar = saved([{ Config: 'config.json', Layers: ['l.tar'] }], { ...more, 'l.tar': layer });
    expect((await readPlugin(tar)).kind).toBe('docker-archive');
  });

  it.each([
    'kong/plugins/my-plugin/handler.lua',
    'config.json',
    'blobs/sha256/a/b',
    `${'a'.repeat(64)}/handler.lua`,
  ])('refuses one that would unpack to another plugin than it holds: %s', async (name) => {
    const tar = saved([{ Layers: ['l.tar'] }], { [name]: 'x', 'l.tar': layer });
    await expectRefused(() => readPlugin(tar), 'READS_DIFFERENTLY');
  });

  it('refuses a manifest.json that Go reads differently', async () => {
    for (const text of ['[{"Layers":["a"],"layers":["b"]}]', '[{"Layers":["a"],"Layers":["b"]}]'])
      await expectError(() => readPlugin(tarOf(tarFile('manifest.json', text))), 'CONTENT_INVALID');
  });

  it('refuses two entries for the same layer', async () => {
    const tar = Buffer.concat([tarFile('manifest.json', '[]'), saved([])]);
    await expectRefused(() => readPlugin(tar), 'DUPLICATE');
  });
});

describe('manifest.json and index.json in one tar, as docker 25 saves', () => {
  const blob = (bytes: string | Buffer): string =>
    `blobs/sha256/${hexOf(digestOf(Buffer.from(bytes)))}`;
  const listed = (mediaType: string, bytes: string, more: object = {}): object => ({
    mediaType,
    digest: digestOf(Buffer.from(bytes)),
    size: bytes.length,
    ...more,
  });
  const indexOf = (...manifests: readonly object[]): string =>
    JSON.stringify({ schemaVersion: 2, manifests });
  const imageOf = (bytes: Buffer): string =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: listed(OCI_CONFIG, '{}'),
      layers: [{ mediaType: OCI_LAYER_GZIP, digest: digestOf(bytes), size: bytes.length }],
    });
  const image = imageOf(layer);
  const other = imageOf(Buffer.from('other'));
  const tar = (index: string, ...blobs: readonly string[]): Buffer =>
    tarFromMap(
      new Map<string, string | Buffer>([
        ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
        ['index.json', index],
        ['manifest.json', JSON.stringify([{ Layers: [blob(layer)] }])],
        [blob(layer), layer],
        ...blobs.map((text): [string, string] => [blob(text), text]),
      ]),
    );

  it.each([
    ['one image', tar(indexOf(listed(OCI_MANIFEST, image)), image)],
    [
      'an index in the index, with an attestation and a platform that was left out',
      ((inner: string): Buffer => tar(indexOf(listed(OCI_INDEX, inner)), inner, image, other))(
        indexOf(
          listed(OCI_MANIFEST, image),
          listed(OCI_MANIFEST, 'gone'),
          listed(OCI_MANIFEST, other, {
            annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
          }),
        ),
      ),
    ],
  ])('is read: %s', async (_, bytes) => {
    const container = await readPlugin(bytes);
    expect(container.kind).toBe('docker-archive');
    expect(layer.equals(wholeOf(container.layer))).toBe(true);
  });

  it.each([
    ['at once', tar(indexOf(listed(OCI_MANIFEST, other)), other)],
    ['too', tar(indexOf(listed(OCI_MANIFEST, image), listed(OCI_MANIFEST, other)), image, other)],
    [
      'through an index',
      ((inner: string): Buffer => tar(indexOf(listed(OCI_INDEX, inner)), inner, other))(
        indexOf(listed(OCI_MANIFEST, other)),
      ),
    ],
  ])('is refused when index.json leads to another layer %s', async (_, bytes) => {
    await expectRefused(() => readPlugin(bytes), 'READS_DIFFERENTLY');
  });

  it('is refused with an index.json that is none', async () => {
    await expectError(() => readPlugin(tar('{}')), 'CONTENT_INVALID');
  });

  it('ends for an index that seems to hold itself', async () => {
    const self = indexOf({ ...listed(OCI_INDEX, 'x'), digest: digestOf(Buffer.from('x')) });
    const bytes = tarFromMap(
      new Map<string, string | Buffer>([
        ['index.json', self],
        ['manifest.json', JSON.stringify([{ Layers: [blob(layer)] }])],
        [blob(layer), layer],
        [blob('x'), self],
      ]),
    );
    expect((await readPlugin(bytes)).kind).toBe('docker-archive');
  });
});

describe('OCI layouts', () => {
  it('are told by their marker; their files are listed, links and directories left out', async () => {
    const tar = tarOf(
      tarDirectory('./blobs/'),
      tarFile('./oci-layout', 'marker'),
      tarEntry({ name: 'blobs/link', type: '2', linkName: '/etc/passwd' }),
      tarFile('./index.json', 'index'),
    );
    const container = await readContainerBothWays(tar);
    expect(container).toEqual({
      kind: 'oci-layout',
      files: new Map([
        ['oci-layout', Buffer.from('marker')],
        ['index.json', Buffer.from('index')],
      ]),
    });
  });

  it('an index.json alone makes neither a layout nor a plugin', async () => {
    const tar = tarOf(tarFile('index.json'), tarFile('x'));
    await expectRefused(() => readContainerBothWays(tar), 'READS_DIFFERENTLY');
  });

  it('hold nothing else', async () => {
    const tar = tarOf(tarFile('oci-layout'), tarFile('index.json'), tarFile('kong/handler.lua'));
    await expectRefused(() => readContainerBothWays(tar), 'READS_DIFFERENTLY');
  });
});

describe('plain archives', () => {
  it('keeps the file as the layer', async () => {
    const container = await readPlugin(layer);
    expect(container.kind).toBe('plain');
    expect(container.layer).toBe(layer);
    expect(container.plan.archiveDigest).toBe(digestOf(layer));
  });

  it('is no laxer for them than the strict reader', async () => {
    await expectRefused(() => readPlugin(tarOf(tarFile('C:x'))), 'PATH_CHARACTER');
    const link = tarEntry({ name: 'x', type: '2', linkName: 'y' });
    await expectRefused(() => readPlugin(tarOf(link, tarFile('z'))), 'ENTRY_TYPE');
  });
});
