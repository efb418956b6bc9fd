import { describe, expect, it } from 'vitest';
import {
  formatReference,
  parseReference,
  parseRepositoryName,
} from '../../src/reference/reference.ts';
import { fullVersionOfTag } from '../../src/reference/version.ts';
import { expectError } from '../support/expect-error.ts';
import { fc } from '../support/properties.ts';

const DIGEST = `sha256:${'c1'.repeat(32)}` as const;

/** What go-containerregistry, and so cosign and crane, make of a name. */
describe('references to registries', () => {
  it.each([
    ['ghcr.io/acme/plugin:1.0', 'ghcr.io', 'acme/plugin', '1.0'],
    ['oci://ghcr.io/acme/plugin:1.0', 'ghcr.io', 'acme/plugin', '1.0'],
    ['ghcr.io/acme/plugin:TAG_1', 'ghcr.io', 'acme/plugin', 'TAG_1'],
    ['localhost:5000/acme/plugin', 'localhost:5000', 'acme/plugin', undefined],
    ['localhost/plugin:1', 'localhost', 'plugin', '1'],
    ['[::1]:5000/plugin', '[::1]:5000', 'plugin', undefined],
    ['my-registry:5000/plugin', 'my-registry:5000', 'plugin', undefined],
    ['docker.io/foo-user/my-plugin', 'index.docker.io', 'foo-user/my-plugin', undefined],
    ['index.docker.io/ubuntu:1', 'index.docker.io', 'library/ubuntu', '1'],
    ['registry-1.docker.io/foo/bar', 'index.docker.io', 'foo/bar', undefined],
    ['foo-user/my-plugin', 'index.docker.io', 'foo-user/my-plugin', undefined],
    ['ubuntu', 'index.docker.io', 'library/ubuntu', undefined],
    ['a/b__c', 'index.docker.io', 'a/b__c', undefined],
  ])('%s', (text, host, path, tag) => {
    expect(parseReference(text)).toEqual({
      kind: 'registry',
      host,
      path,
      ...(tag === undefined ? {} : { tag }),
    });
  });

  it('keeps tag and digest, the tag as a label', () => {
    const reference = parseReference(`ghcr.io/acme/plugin:v1@${DIGEST}`);
    expect(reference).toMatchObject({ tag: 'v1', digest: DIGEST });
  });

  it.each([
    '',
    'ghcr.io/A/b',
    'ghcr.io/acme/plugin:',
    'ghcr.io/acme/plugin:bad tag',
    'ghcr.io/acme/plugin@sha512:abc',
    `ghcr.io/acme/plugin@sha256:${'C1'.repeat(32)}`,
    'ghcr.io/acme/plugin@sha256:../../etc',
    'ghcr.io/acme//plugin',
    'ghcr.io/../plugin',
    'user:password@ghcr.io/acme/plugin',
    'localhost:5000/x',
    'http://ghcr.io/acme/plugin',
    `ghcr.io/${'a'.repeat(256)}`,
  ])('refuses %j', async (text) => {
    await expectError(() => parseReference(text), 'REFERENCE_INVALID');
  });

  it('reads back what it writes', () => {
    const name = fc.stringMatching(/^[a-z0-9]{2,8}(?:[._-][a-z0-9]{1,5})?$/);
    const reference = fc.record(
      {
        kind: fc.constant('registry' as const),
        host: fc.constantFrom('ghcr.io', 'localhost:5000', 'index.docker.io', '[::1]:80'),
        path: fc.tuple(name, name).map((parts) => parts.join('/')),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
        digest: fc.constant(DIGEST),
      },
      { requiredKeys: ['kind', 'host', 'path'] },
    );
    fc.assert(
      fc.property(reference, (value) => {
        expect(parseReference(formatReference(value))).toEqual(value);
      }),
      { seed: 1 },
    );
  });
});

describe('references to OCI layouts', () => {
  it.each([
    ['oci-layout:dist', { path: 'dist' }],
    ['oci-layout:./a/b:1.2.0', { path: './a/b', tag: '1.2.0' }],
    [`oci-layout:/srv/x@${DIGEST}`, { path: '/srv/x', digest: DIGEST }],
    [`oci-layout:/srv/x:1@${DIGEST}`, { path: '/srv/x', tag: '1', digest: DIGEST }],
    ['oci-layout:/srv/with:colon/dist', { path: '/srv/with:colon/dist' }],
    ['oci-layout:with:colon/dist:1', { path: 'with:colon/dist', tag: '1' }],
    ['oci-layout:me@home', { path: 'me@home' }],
    ['oci-layout:/srv/me@home/dist:1', { path: '/srv/me@home/dist', tag: '1' }],
  ])('%s', (text, expected) => {
    const reference = parseReference(text);
    expect(reference).toEqual({ kind: 'layout', ...expected });
    expect(formatReference(reference)).toBe(text);
  });

  it.each([
    ['oci-archive:a.tar', { path: 'a.tar' }],
    ['oci-archive:./b:c/a.tar:1.2.0', { path: './b:c/a.tar', tag: '1.2.0' }],
    [`oci-archive:/srv/a.tar:1@${DIGEST}`, { path: '/srv/a.tar', tag: '1', digest: DIGEST }],
  ])('in a tar: %s', (text, expected) => {
    const reference = parseReference(text);
    expect(reference).toEqual({ kind: 'archive', ...expected });
    expect(formatReference(reference)).toBe(text);
  });

  it.each(['oci-layout:', 'oci-archive:', 'oci-layout::1', `oci-archive:@${DIGEST}`])(
    'refuses %s, which names none',
    async (text) => {
      await expectError(() => parseReference(text), 'REFERENCE_INVALID');
    },
  );
});

describe('what looks like a reference', () => {
  it.each([
    ['oci-layout:dist:1.2.0+build.5', '"1.2.0+build.5" is no tag', '1.2.0_build.5'],
    ['ghcr.io/acme/plugin:1.2.0+5', '"1.2.0+5" is no tag', '1.2.0_5'],
    ['oci-layout:dist:', '"" is no tag', 'letters'],
    ['oci-layout:/srv/a:b c', '"b c" is no tag', 'letters'],
    [`oci-layout:dist@${'C1'.repeat(32)}`, 'without its algorithm', `@${DIGEST}`],
    [`ghcr.io/acme/plugin@${'c1'.repeat(32)}`, 'without its algorithm', `@${DIGEST}`],
    ['oci-layout://dist:1', 'not oci-layout://', 'oci-layout:dist:1?'],
    ['oci-layout:///srv/dist:1', 'not oci-layout://', 'oci-layout:/srv/dist:1?'],
    ['ocidir://dist:1', 'not ocidir://', 'oci-layout:dist:1?'],
    ['oci:dist:1', 'not oci:', 'oci-layout:dist:1?'],
    ['./dist:1', 'it is a path', 'oci-layout:./dist:1?'],
    ['../dist', 'it is a path', 'oci-layout:../dist?'],
    ['/srv/dist@home', 'it is a path', 'oci-layout:/srv/dist@home?'],
    ['.', 'it is a path', 'oci-layout:.?'],
    ['my-plugin-1.2.0.tar.gz', 'it names an archive', 'kongcrate push'],
    ['../my-plugin-1.2.0.rock', 'it names an archive', 'kongcrate push'],
    ['docker-archive:dist.tar', 'it names an archive', 'kongcrate push'],
    ['oci-archive://dist.tar:1', 'not oci-archive://', 'oci-archive:dist.tar:1?'],
    ['oci-archive:dist.tar:a b', '"a b" is no tag', 'letters'],
  ])('%s: %s, and the remedy says %s', (text, why, remedy) => {
    const thrown = expect(() => parseReference(text));
    thrown.toThrow(
      expect.objectContaining({
        code: 'REFERENCE_INVALID',
        message: expect.stringContaining(why) as string,
        remedy: expect.stringContaining(remedy) as string,
      }),
    );
  });

  it('a repository may be called like an archive', () => {
    expect(parseReference('ghcr.io/acme/my.rock')).toMatchObject({ path: 'acme/my.rock' });
  });
});

describe('repository names', () => {
  it('are canonical', () => {
    expect(parseRepositoryName('docker.io/acme/plugin')).toBe('index.docker.io/acme/plugin');
  });

  it.each(['ghcr.io/acme/plugin:1', `ghcr.io/acme/plugin@${DIGEST}`, 'oci-layout:dist'])(
    'refuse %s',
    async (text) => {
      await expectError(() => parseRepositoryName(text), 'REFERENCE_INVALID');
    },
  );
});

describe('full-version tags', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['1.2.3-rc.1', '1.2.3-rc.1'],
    ['1.2', undefined],
    ['1', undefined],
    ['latest', undefined],
    ['1.2.3.4', undefined],
  ])('%s promises %s', (tag, version) => {
    expect(fullVersionOfTag(tag)).toBe(version);
  });
});
