import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scanTar } from '../../src/archive/scan-tar.ts';
import { craneTarballOf } from '../support/crane-tarball-of.ts';

const sample = (name: string): Buffer =>
  readFileSync(new URL(`../../testdata/cosign/${name}`, import.meta.url));
const config = sample('01-upload-blob/config.json');
const layer = sample('01-upload-blob/my-plugin.tar.gz');

it.each([
  ['pull-by-digest.tar.gz', config, '127.0.0.1:24711/foo/my-plugin:i-was-a-digest'],
  ['pull-by-tag.tar', config, '127.0.0.1:24711/foo/my-plugin:latest'],
  ['pull-of-oras-artifact.tar', Buffer.from('{}'), '127.0.0.1:24711/or/plain:v1'],
])('is what crane wrote: %s', async (name, configBytes, repoTag) => {
  const written = await craneTarballOf(configBytes, [layer], repoTag);
  expect(written.equals(sample(`02-crane-pull/${name}`))).toBe(true);
});

it('writes a layer that occurs twice once', async () => {
  const tar = await craneTarballOf(config, [layer, layer], 'a/b:c');
  expect(scanTar(tar, undefined, 'container')).toHaveLength(3);
});
