import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/reference/digest.ts';
import { OCI_INDEX } from '../../src/reference/media-types.ts';
import type { RegistryStore } from '../../src/registry/registry-store.ts';
import { openTestStore } from '../registry/store-support.ts';
import { expectError } from '../support/expect-error.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const subject = digestOf(Buffer.from('subject'));
const emptyIndex = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] });
let registry: TestRegistry;
let elsewhere: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
  elsewhere = await startTestRegistry();
});

const lists: readonly [string, RegExp, string, (store: RegistryStore) => Promise<unknown>][] = [
  ['referrers', /referrers/, emptyIndex, (store) => store.referrers(subject)],
  ['tags', /tags/, '{"tags":[]}', (store) => store.tags()],
];

/** ATTACKS R12: oras-go 2.6.2 MaxPages, go-containerregistry `TestGetNextPageURL_SSRF`. */
describe.each(lists)('a registry with a hostile list of %s', (_what, path, text, read) => {
  const link = (value: string): void => {
    const headers = { 'content-type': OCI_INDEX, link: value };
    registry.next('GET', path, { instead: { headers, body: Buffer.from(text) } }, Infinity);
  };

  it('that never ends is refused after ten pages', async () => {
    link('<?again>; rel="next"');
    const error = await expectError(() => read(openTestStore(registry.host)), 'REGISTRY_ERROR');
    expect(error.message).toContain('more than 10 pages');
    expect(registry.log).toHaveLength(10);
  });

  it('that goes on at another host is refused, and nobody goes there', async () => {
    const { host } = elsewhere;
    const targets = [
      `http://${host}/next`,
      `//${host}/next`,
      'http://169.254.169.254/',
      'file:///x',
    ];
    for (const target of targets) {
      registry = await startTestRegistry();
      link(`<${target}>; rel="next"`);
      await expectError(() => read(openTestStore(registry.host)), 'REDIRECT_REFUSED');
      expect(registry.log).toHaveLength(1);
    }
    expect(elsewhere.log).toEqual([]);
  });

  it('with links that are no next page ends', async () => {
    for (const value of [
      '',
      '<',
      '<>',
      '</x>',
      '</x>; rel="prev"',
      'rel="next"',
      '<'.repeat(5000),
    ]) {
      registry = await startTestRegistry();
      link(value);
      await expect(read(openTestStore(registry.host))).resolves.toEqual([]);
      expect(registry.requests(path)).toHaveLength(1);
    }
  });

  it('whose second page is larger than 4 MiB is refused', async () => {
    const headers = { 'content-type': OCI_INDEX, link: '<?page=2>; rel=next' };
    registry.next('GET', path, { instead: { headers, body: Buffer.from(text) } });
    registry.next('GET', path, { instead: { body: Buffer.alloc(5 * 1024 * 1024, ' ') } });
    await expectError(() => read(openTestStore(registry.host)), 'REGISTRY_ERROR');
  });
});
