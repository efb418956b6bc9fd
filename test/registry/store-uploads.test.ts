import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readContent } from '../../src/content/read-content.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact } from '../support/small-artifact.ts';
import { failure, type RegistryBehaviour } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const { layer } = makeArtifact('layer');
const bytes = Buffer.from('layer');

const pushLayer = (registry: TestRegistry): Promise<boolean> =>
  openTestStore(registry.host).push(layer, bytes);
const isStored = (registry: TestRegistry): boolean =>
  registry.repository(REPOSITORY).blobs.has(layer.digest);
const methods = (registry: TestRegistry): readonly string[] =>
  registry.log.map(({ method, status }) => `${method} ${status}`);

describe('an upload', () => {
  it.each<[string, RegistryBehaviour]>([
    ['to a relative Location with a query', { location: 'relative' }],
    ['to an absolute Location with a query', { location: 'absolute' }],
    ['that ends with 202', { uploadStatus: 202 }],
    ['that ends with 204', { uploadStatus: 204 }],
    ['to a registry that mounts nothing', { mounts: false }],
  ])('%s arrives', async (_what, behaviour) => {
    const registry = await startTestRegistry(behaviour);
    await pushLayer(registry);
    expect(isStored(registry)).toBe(true);
    const [, put] = registry.log;
    expect(put?.path).toContain(`?_state=a%2Bb&digest=${encodeURIComponent(layer.digest)}`);
    expect(put?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
    });
  });

  it('to a Location without a query gets one', async () => {
    const registry = await startTestRegistry();
    registry.next('POST', /uploads/, {
      change: (reply) => ({ ...reply, headers: { location: '/elsewhere' } }),
    });
    registry.next('PUT', /elsewhere/, { instead: { status: 201 } });
    await pushLayer(registry);
    expect(registry.log[1]?.path).toBe(`/elsewhere?digest=${encodeURIComponent(layer.digest)}`);
  });

  it('whose answer is lost is recognised', async () => {
    const registry = await startTestRegistry();
    registry.next('PUT', /uploads/, { loseAnswer: true });
    await pushLayer(registry);
    expect(methods(registry)).toEqual(['POST 202', 'PUT 0', 'PUT 404', 'HEAD 200']);
  });

  it('whose every answer is lost is recognised', async () => {
    const registry = await startTestRegistry();
    registry.next('PUT', /uploads/, { loseAnswer: true }, 3);
    await pushLayer(registry);
    expect(methods(registry)).toEqual(['POST 202', 'PUT 0', 'PUT 0', 'PUT 0', 'HEAD 200']);
  });

  it('that the registry forgot is begun once more', async () => {
    const registry = await startTestRegistry();
    registry.next('PUT', /uploads/, { instead: failure(404, 'BLOB_UPLOAD_UNKNOWN') });
    await pushLayer(registry);
    expect(methods(registry)).toEqual(['POST 202', 'PUT 404', 'HEAD 404', 'POST 202', 'PUT 201']);
    expect(isStored(registry)).toBe(true);
  });

  it('that breaks off again and again fails with what happened', async () => {
    const registry = await startTestRegistry();
    registry.next('PUT', /uploads/, { instead: 'reset' }, Infinity);
    await expectError(() => pushLayer(registry), 'NETWORK_FAILED');
    expect(isStored(registry)).toBe(false);
  });

  it('that is refused is not tried again, and the registry is quoted', async () => {
    const registry = await startTestRegistry();
    registry.next('PUT', /uploads/, { instead: failure(413, 'SIZE_INVALID', 'at most 1 MB') });
    const error = await expectError(() => pushLayer(registry), 'REGISTRY_ERROR');
    expect(error.message).toContain('413 SIZE_INVALID (at most 1 MB)');
    expect(error.remedy).toContain('limit');
    expect(methods(registry)).toEqual(['POST 202', 'PUT 413']);
  });

  it('stops when the caller does', async () => {
    const registry = await startTestRegistry();
    const controller = new AbortController();
    const reason = new Error('enough');
    registry.next('PUT', /uploads/, {
      before: () => {
        controller.abort(reason);
      },
    });
    const { signal } = controller;
    await expect(openTestStore(registry.host).push(layer, bytes, { signal })).rejects.toBe(reason);
    expect(registry.requests(/uploads\/\?/)).toHaveLength(1);
  });

  it('takes over what another repository has, and opens nothing then', async () => {
    const registry = await startTestRegistry();
    registry.repository('acme/other').blobs.set(layer.digest, bytes);
    const open = (): Promise<Readable> => expect.unreachable('it was opened');
    await openTestStore(registry.host).push(layer, open, { mountFrom: 'acme/other' });
    expect(methods(registry)).toEqual(['POST 201']);
    expect(registry.log[0]?.path).toContain('from=acme%2Fother');
    expect(isStored(registry)).toBe(true);
  });

  it('is read back as it was sent', async () => {
    const registry = await startTestRegistry();
    await pushLayer(registry);
    const read = await readContent(openTestStore(registry.host), layer, { limitBytes: 100 });
    expect(read).toEqual(bytes);
  });
});
