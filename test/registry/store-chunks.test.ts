import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describe as descriptorOf } from '../../src/content/descriptor.ts';
import { expectError } from '../support/expect-error.ts';
import { failure } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const MEBIBYTE = 2 ** 20;
const bytes = Buffer.alloc(40 * MEBIBYTE);
for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(at, at);
const blob = descriptorOf('application/octet-stream', bytes);
const CHUNKS = [16, 16, 8];

/** A source that is never held whole; tells how often it was opened. */
function makeSource(content: Buffer = bytes): {
  opened: () => number;
  open: () => Promise<Readable>;
} {
  let times = 0;
  const slices = function* (): Generator<Buffer> {
    for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
  };
  const open = (): Promise<Readable> => {
    times += 1;
    return Promise.resolve(Readable.from(slices(), { objectMode: false }));
  };
  return { opened: () => times, open };
}

const isStored = (registry: TestRegistry): boolean =>
  registry.repository(REPOSITORY).blobs.get(blob.digest)?.equals(bytes) === true;
const methods = ({ log }: TestRegistry): readonly string[] =>
  log.map(({ method, status }) => `${method} ${status}`);
const sentMebibytes = ({ log }: TestRegistry): readonly number[] =>
  log
    .filter(({ method }) => method === 'PATCH')
    .map(({ headers }) => Number(headers['content-length']) / MEBIBYTE);

describe('a large upload', () => {
  it.each([
    ['at hand', () => bytes],
    ['to be opened', () => makeSource().open],
  ])('of content %s goes in chunks', async (_what, content) => {
    const registry = await startTestRegistry();
    expect(await openTestStore(registry.host).push(blob, content())).toBe(true);
    expect(methods(registry).join()).toBe(
      'HEAD 404,POST 202,PATCH 202,PATCH 202,PATCH 202,PUT 201',
    );
    expect(sentMebibytes(registry)).toEqual(CHUNKS);
    expect(registry.log[2]?.headers['content-range']).toBe(`0-${16 * MEBIBYTE - 1}`);
    expect(isStored(registry)).toBe(true);
  });

  it('goes on after a break where the registry says, and opens nothing again', async () => {
    const registry = await startTestRegistry();
    const { open, opened } = makeSource();
    registry.next('PATCH', /uploads/, {});
    registry.next('PATCH', /uploads/, { takeBytes: 5 * MEBIBYTE });
    await openTestStore(registry.host).push(blob, open);
    expect(sentMebibytes(registry)).toEqual([16, 16, 11, 8]);
    expect(methods(registry)).toContain('GET 204');
    expect([opened(), isStored(registry)]).toEqual([1, true]);
  });

  it.each([
    ['whose answer was lost', { loseAnswer: true }, CHUNKS],
    ['that never arrived', { instead: 'reset' as const }, [16, 16, 16, 8]],
    ['that was answered with 503', { instead: failure(503, 'BUSY') }, [16, 16, 16, 8]],
    ['that was answered with 429', { instead: failure(429, 'TOOMANYREQUESTS') }, [16, 16, 16, 8]],
    ['at another place than expected', { instead: failure(416, 'RANGE') }, [16, 16, 16, 8]],
  ])('sends no more than one chunk again, of one %s', async (_what, fault, sent) => {
    const registry = await startTestRegistry();
    registry.next('PATCH', /uploads/, fault);
    await openTestStore(registry.host).push(blob, bytes);
    expect([sentMebibytes(registry), isStored(registry)]).toEqual([sent, true]);
  });

  it('begins anew where the registry forgot the upload', async () => {
    const registry = await startTestRegistry();
    const { open, opened } = makeSource();
    registry.next('PATCH', /uploads/, {});
    registry.next('PATCH', /uploads/, { instead: failure(404, 'BLOB_UPLOAD_UNKNOWN') });
    registry.next('GET', /uploads/, { instead: failure(404, 'BLOB_UPLOAD_UNKNOWN') });
    await openTestStore(registry.host).push(blob, open);
    expect(methods(registry).filter((method) => method === 'POST 202')).toHaveLength(2);
    expect([opened(), isStored(registry)]).toEqual([2, true]);
  });

  it('comes in one piece to a registry that takes no chunks', async () => {
    const registry = await startTestRegistry({ chunks: false });
    await openTestStore(registry.host).push(blob, makeSource().open);
    expect(methods(registry).slice(2)).toEqual(['PATCH 405', 'POST 202', 'PUT 201']);
    expect(isStored(registry)).toBe(true);
  });

  it.each([
    [20, [20, 20]],
    [1024, []],
  ])('heeds chunks of at least %i MiB', async (least, sent) => {
    const registry = await startTestRegistry({ leastChunkBytes: least * MEBIBYTE });
    await openTestStore(registry.host).push(blob, makeSource().open);
    expect([sentMebibytes(registry), isStored(registry)]).toEqual([sent, true]);
  });

  it('gives up after three breaks without progress, not after three breaks', async () => {
    const registry = await startTestRegistry();
    const taken = [3, 3, 3, 3].map((size) => ({ takeBytes: size * MEBIBYTE }));
    for (const fault of taken) registry.next('PATCH', /uploads/, fault);
    await openTestStore(registry.host).push(blob, bytes);
    expect(isStored(registry)).toBe(true);

    const other = await startTestRegistry();
    other.next('PATCH', /uploads/, { instead: failure(503, 'BUSY') }, Infinity);
    const error = await expectError(
      () => openTestStore(other.host).push(blob, bytes),
      'REGISTRY_LIMIT',
    );
    expect(error.message).toContain(blob.digest);
  });

  it('of other bytes than announced is never ended', async () => {
    const registry = await startTestRegistry();
    const { open } = makeSource(Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')]));
    await expectError(() => openTestStore(registry.host).push(blob, open), 'DIGEST_MISMATCH');
    expect(methods(registry).filter((method) => method.startsWith('PUT'))).toEqual([]);
  });
});
