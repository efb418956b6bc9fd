import { describe, expect, it } from 'vitest';
import { describe as descriptorOf } from '../../src/content/descriptor.ts';
import { readContent } from '../../src/content/read-content.ts';
import { expectError } from '../support/expect-error.ts';
import { failure, type RegistryBehaviour } from '../support/test-registry-content.ts';
import { startTestRegistry, type Fault, type TestRegistry } from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const KIBIBYTE = 1024;
const bytes = Buffer.from(Array.from({ length: 400 * KIBIBYTE }, (_, at) => at % 251));
const blob = descriptorOf('application/octet-stream', bytes);
const BROKEN: Fault = { resetAfterBytes: 100 * KIBIBYTE };

async function startWithBlob(behaviour: RegistryBehaviour = {}): Promise<TestRegistry> {
  const registry = await startTestRegistry(behaviour);
  registry.repository(REPOSITORY).blobs.set(blob.digest, bytes);
  return registry;
}

const read = (registry: TestRegistry): Promise<Buffer> =>
  readContent(openTestStore(registry.host), blob, { limitBytes: bytes.length });
const ranges = ({ log }: TestRegistry): readonly string[] =>
  log.map(({ headers, status }) => `${headers.range ?? 'all'} ${status}`);

describe('a download that breaks off', () => {
  it('goes on with what is missing of the same version', async () => {
    const registry = await startWithBlob();
    registry.next('GET', /blobs/, BROKEN, 3);
    expect((await read(registry)).equals(bytes)).toBe(true);
    expect(ranges(registry)).toEqual([
      'all 200',
      `bytes=${100 * KIBIBYTE}- 206`,
      `bytes=${200 * KIBIBYTE}- 206`,
      `bytes=${300 * KIBIBYTE}- 206`,
    ]);
    expect(registry.log[1]?.headers['if-range']).toBe(`"${blob.digest}"`);
  });

  it('passes over what it has where the server begins again', async () => {
    const registry = await startWithBlob({ ranges: false });
    registry.next('GET', /blobs/, BROKEN);
    registry.next('GET', /blobs/, { resetAfterBytes: 50 * KIBIBYTE });
    expect((await read(registry)).equals(bytes)).toBe(true);
    expect(registry.log.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('is refused where the rest belongs to other bytes', async () => {
    const registry = await startWithBlob({ ranges: false });
    registry.next('GET', /blobs/, BROKEN);
    const other = Buffer.from(bytes).fill(1);
    registry.next('GET', /blobs/, { change: (reply) => ({ ...reply, body: other }) });
    await expectError(() => read(registry), 'DIGEST_MISMATCH');
  });

  it.each([
    ['of another place', 'bytes 5-409599/409600'],
    ['of another size', 'bytes 102400-409599/500000'],
    ['with an end before the last byte', 'bytes 102400-200000/409600'],
    ['that does not say of what', 'something'],
  ])('takes no part %s', async (_what, range) => {
    const registry = await startWithBlob();
    registry.next('GET', /blobs/, BROKEN);
    registry.next('GET', /blobs/, {
      change: (reply) => ({ ...reply, headers: { ...reply.headers, 'content-range': range } }),
    });
    await expectError(() => read(registry), 'NETWORK_FAILED');
  });

  it('is given up after three breaks without progress', async () => {
    const registry = await startWithBlob();
    registry.next('GET', /blobs/, { resetAfterBytes: 1 }, Infinity);
    await expectError(() => read(registry), 'NETWORK_FAILED');
    expect(registry.log).toHaveLength(3);
  });

  it('fails with what the registry says when it is asked again', async () => {
    const registry = await startWithBlob();
    registry.next('GET', /blobs/, BROKEN);
    registry.next('GET', /blobs/, { instead: failure(404, 'BLOB_UNKNOWN') });
    await expectError(() => read(registry), 'NOT_FOUND');
  });

  it('goes on after a stall', async () => {
    const registry = await startWithBlob();
    const timeouts = { idleWindowMs: 200, idleBytesPerSecond: 1024 };
    registry.next('GET', /blobs/, { stallAfterBytes: 100 * KIBIBYTE });
    const store = openTestStore(registry.host, { timeouts });
    const content = await readContent(store, blob, { limitBytes: bytes.length });
    expect(content.equals(bytes)).toBe(true);
    expect(ranges(registry)[1]).toMatch(/^bytes=\d+- 206$/);
  });
});
