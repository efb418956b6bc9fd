import { describe, expect, it } from 'vitest';
import { describe as descriptorOf } from '../../src/content/descriptor.ts';
import { openTestStore } from '../registry/store-support.ts';
import { expectError } from '../support/expect-error.ts';
import { failure, type Reply } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const MEBIBYTE = 2 ** 20;
const bytes = Buffer.alloc(18 * MEBIBYTE, 1);
const blob = descriptorOf('application/octet-stream', bytes);

const counting =
  (range: string) =>
  (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, range } });

const count = ({ log }: TestRegistry, wanted: string): number =>
  log.filter(({ method }) => method === wanted).length;

/** A chunk that is sent again and again moves 16 MiB each time, without an end. */
describe('a registry that never has enough', () => {
  it('and counts nothing of what it takes is given up', async () => {
    const registry = await startTestRegistry();
    registry.next('PATCH', /uploads/, { change: counting('0-0') }, Infinity);
    registry.next(
      'GET',
      /uploads/,
      { instead: { status: 204, headers: { range: '0-0' } } },
      Infinity,
    );
    await expectError(() => openTestStore(registry.host).push(blob, bytes), 'REGISTRY_ERROR');
    expect(count(registry, 'PATCH')).toBe(9);
  });

  it('and forgets what it has taken, over and over, is given up', async () => {
    const registry = await startTestRegistry();
    const forgets = { instead: { status: 204, headers: { range: '0-0' } } };
    for (let round = 0; round < 40; round += 1) {
      registry.next('PATCH', /uploads/, { instead: { status: 202 } });
      registry.next('PATCH', /uploads/, { instead: failure(503, 'BUSY') });
    }
    registry.next('GET', /uploads/, forgets, Infinity);
    await expectError(() => openTestStore(registry.host).push(blob, bytes), 'REGISTRY_LIMIT');
    expect(count(registry, 'PATCH')).toBeLessThan(24);
  });

  it('and counts more than it was sent gets the blob anew', async () => {
    const registry = await startTestRegistry();
    registry.next('PATCH', /uploads/, { instead: failure(503, 'BUSY') });
    const more = { status: 204, headers: { range: `0-${17 * MEBIBYTE}` } };
    registry.next('GET', /uploads/, { instead: more });
    await openTestStore(registry.host).push(blob, bytes);
    expect(count(registry, 'POST')).toBe(2);
  });

  it('and wants chunks of 2^60 bytes gets one piece', async () => {
    const registry = await startTestRegistry();
    const least = { 'oci-chunk-min-length': String(2n ** 60n) };
    const change = (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, ...least } });
    registry.next('POST', /uploads/, { change });
    await openTestStore(registry.host).push(blob, bytes);
    expect(count(registry, 'PATCH')).toBe(0);
  });
});
