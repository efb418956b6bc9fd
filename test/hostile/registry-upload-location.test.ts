import { beforeEach, describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/registry/credentials/credentials.ts';
import type { RegistryStore } from '../../src/registry/registry-store.ts';
import { openTestStore } from '../registry/store-support.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact } from '../support/small-artifact.ts';
import { failure } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const { layer } = makeArtifact('layer');
const bytes = Buffer.from('layer');
const credentials: Credentials = {
  kind: 'basic',
  username: 'somebody',
  password: 's3cret',
  source: 'the test',
};
let registry: TestRegistry;
let elsewhere: TestRegistry;

beforeEach(async () => {
  elsewhere = await startTestRegistry();
  registry = await startTestRegistry({
    authorize: ({ headers }) =>
      headers.authorization === undefined
        ? {
            ...failure(401, 'UNAUTHORIZED'),
            headers: { 'www-authenticate': 'Basic realm="registry"' },
          }
        : undefined,
  });
});

function openWithLogin(): RegistryStore {
  return openTestStore(registry.host, { credentials: () => Promise.resolve(credentials) });
}

function sendUploadsTo(location: string): void {
  registry.next(
    'POST',
    /uploads/,
    {
      change: (reply) =>
        reply.status === 202 ? { ...reply, headers: { ...reply.headers, location } } : reply,
    },
    Infinity,
  );
}

/** ATTACKS R10: oras-go CVE-2026-50151, go-containerregistry `TestNextLocationSSRFProtection`. */
describe('a registry that sends an upload elsewhere', () => {
  it('gets the bytes there, without the login', async () => {
    elsewhere.next('PUT', /bucket/, { instead: { status: 200 } });
    sendUploadsTo(`http://${elsewhere.host}/bucket/key?X-Signature=abc%2Fdef`);
    await openWithLogin().push(layer, bytes);
    expect(registry.log.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
    expect(elsewhere.log).toHaveLength(1);
    const [put] = elsewhere.log;
    expect(put?.path).toBe(
      `/bucket/key?X-Signature=abc%2Fdef&digest=${encodeURIComponent(layer.digest)}`,
    );
    expect(put?.headers.authorization).toBeUndefined();
    expect(put?.headers.cookie).toBeUndefined();
  });

  it('cannot have the login there by asking for it', async () => {
    const challenge = { 'www-authenticate': 'Basic realm="elsewhere"' };
    elsewhere.next('PUT', /bucket/, { instead: { status: 401, headers: challenge } }, Infinity);
    sendUploadsTo(`http://${elsewhere.host}/bucket`);
    await expectError(() => openWithLogin().push(layer, bytes), 'AUTHENTICATION_FAILED');
    for (const { headers } of elsewhere.log) expect(headers.authorization).toBeUndefined();
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://0.0.0.0/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://[fd00:ec2::254]/',
    'http://user:password@127.0.0.1/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'http://',
  ])('to %s is refused', async (location) => {
    sendUploadsTo(location);
    await expectError(() => openWithLogin().push(layer, bytes), 'REDIRECT_REFUSED');
    expect(registry.requests(/uploads/).filter((line) => line.startsWith('PUT'))).toEqual([]);
  });

  it('without saying where is refused', async () => {
    const open = await startTestRegistry();
    open.next('POST', /uploads/, { instead: { status: 202 } });
    const error = await expectError(
      () => openTestStore(open.host).push(layer, bytes),
      'REDIRECT_REFUSED',
    );
    expect(error.message).toContain('without saying where');
  });
});
