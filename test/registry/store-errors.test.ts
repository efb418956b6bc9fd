import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { failure, type Reply } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const artifact = makeArtifact('layer');

async function startWithFailure(method: string, instead: Partial<Reply>): Promise<TestRegistry> {
  const registry = await startTestRegistry();
  registry.next(method, /./, { instead }, Infinity);
  return registry;
}

describe('what a registry answers', () => {
  it.each<[number, string, ErrorCode, string]>([
    [401, 'UNAUTHORIZED', 'AUTHENTICATION_FAILED', 'kongcrate login'],
    [403, 'DENIED', 'REGISTRY_ERROR', 'may pull'],
    [404, 'NAME_UNKNOWN', 'NOT_FOUND', 'Check the repository'],
    [418, 'TEAPOT', 'REGISTRY_ERROR', '--verbose'],
    [429, 'TOOMANYREQUESTS', 'REGISTRY_LIMIT', 'Wait'],
    [500, 'UNKNOWN', 'REGISTRY_ERROR', '--verbose'],
    [503, 'UNAVAILABLE', 'REGISTRY_LIMIT', 'Wait'],
  ])('when a tag is read: %d %s becomes %s', async (status, registryCode, code, remedy) => {
    const registry = await startWithFailure('GET', failure(status, registryCode, 'its words'));
    const error = await expectError(() => openTestStore(registry.host).resolve('1.0.0'), code);
    expect(error.message).toContain(`${registry.host}/${REPOSITORY}`);
    expect(error.message).toContain(`tag 1.0.0`);
    expect(error.message).toContain(`${status} ${registryCode} (its words)`);
    expect(error.remedy).toContain(remedy);
    expect(error.details).toEqual({ status, registryCode });
  });

  it.each<[number, string, ErrorCode, string]>([
    [403, 'DENIED', 'REGISTRY_ERROR', 'may push'],
    [404, 'NAME_UNKNOWN', 'REGISTRY_ERROR', 'created first'],
    [400, 'TAG_INVALID', 'REGISTRY_ERROR', 'immutable tags'],
    [405, 'UNSUPPORTED', 'REGISTRY_ERROR', 'immutable tags'],
    [400, 'MANIFEST_INVALID', 'REGISTRY_ERROR', '--docker-media-types'],
    [400, 'UNSUPPORTED', 'REGISTRY_ERROR', '--docker-media-types'],
    [415, 'OTHER', 'REGISTRY_ERROR', '--docker-media-types'],
    [400, 'Unsupported manifest media type', 'REGISTRY_ERROR', '--docker-media-types'],
  ])('when a manifest is put: %d %s becomes %s', async (status, registryCode, code, remedy) => {
    const registry = await startWithFailure('PUT', failure(status, registryCode));
    const store = openTestStore(registry.host);
    const [, , [descriptor, bytes]] = artifact.contents as [unknown, unknown, [never, Buffer]];
    const error = await expectError(() => store.push(descriptor, bytes), code);
    expect(error.message).toContain(`refused to write manifest ${artifact.manifest.digest}`);
    expect(error.remedy).toContain(remedy);
  });

  it('when it limits downloads as Docker Hub does: how long, and how many', async () => {
    const { status, body } = failure(429, 'TOOMANYREQUESTS');
    const headers = { 'retry-after': '90', 'ratelimit-limit': '100;w=21600' };
    const registry = await startWithFailure('GET', { status, body, headers });
    const error = await expectError(
      () => openTestStore(registry.host).resolve('1.0.0'),
      'REGISTRY_LIMIT',
    );
    expect(error.remedy).toContain('Wait 90 seconds');
    expect(error.remedy).toContain('100 downloads in 360 minutes');
    expect(error.details['retryAfterMs']).toBe(90_000);
  });

  it('when a blob is gone: it is the registry that lost it', async () => {
    const registry = await startWithFailure('GET', failure(404, 'BLOB_UNKNOWN'));
    const error = await expectError(
      () => openTestStore(registry.host).open(artifact.layer),
      'NOT_FOUND',
    );
    expect(error.message).toContain(`has no blob ${artifact.layer.digest}`);
    expect(error.remedy).toContain('publish it again with --force');
  });

  it('when it has no such repository: an upload is refused, not missing', async () => {
    const registry = await startWithFailure('POST', failure(404, 'NAME_UNKNOWN'));
    const store = openTestStore(registry.host);
    await expectError(() => pushArtifact(store, artifact), 'REGISTRY_ERROR');
  });

  it('when it is a redirect of an upload: refused, since nobody can check it', async () => {
    const registry = await startTestRegistry();
    const headers = { location: 'https://elsewhere.example/' };
    registry.next('POST', /uploads/, { instead: { status: 307, headers } });
    const store = openTestStore(registry.host);
    await expectError(() => pushArtifact(store, artifact), 'REGISTRY_ERROR');
  });

  it('is told without secrets, controls and length', async () => {
    const words = `Authorization: Bearer abc.def\u001b[31m https://u:p@h/?sig=s3cret ${'x'.repeat(999)}`;
    const registry = await startWithFailure('GET', failure(403, 'DENIED', words));
    const { message } = await expectError(
      () => openTestStore(registry.host).resolve('1.0.0'),
      'REGISTRY_ERROR',
    );
    for (const secret of ['abc.def', 'u:p', 's3cret', '\u001b'])
      expect(message).not.toContain(secret);
    expect(message.length).toBeLessThan(600);
  });

  it.each<[string, string]>([
    ['no JSON', '<html>Forbidden</html>'],
    ['JSON of another kind', '"errors"'],
    ['errors that are none', '{"errors":[null,7]}'],
    ['a code that is no text', '{"errors":[{"code":7,"message":{}}]}'],
    ['nothing', ''],
  ])('is still an error when its body is %s', async (_what, body) => {
    const registry = await startWithFailure('GET', { status: 403, body: Buffer.from(body) });
    const error = await expectError(
      () => openTestStore(registry.host).resolve('1.0.0'),
      'REGISTRY_ERROR',
    );
    expect(error.details['status']).toBe(403);
  });

  it('is read up to 64 KiB (ATTACKS R13)', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024, 'x');
    const registry = await startWithFailure('GET', { status: 403, body });
    const { message } = await expectError(
      () => openTestStore(registry.host).resolve('1.0.0'),
      'REGISTRY_ERROR',
    );
    expect(message).toMatch(/answered 403$/);
  });

  it('is no list of tags: CONTENT_INVALID', async () => {
    for (const body of ['<html>', '{"tags":{}}', '{"tags":[1]}']) {
      const registry = await startWithFailure('GET', { body: Buffer.from(body) });
      await expectError(() => openTestStore(registry.host).tags(), 'CONTENT_INVALID');
    }
  });

  it('is null for the tags of a repository without any', async () => {
    const registry = await startWithFailure('GET', { body: Buffer.from('{"tags":null}') });
    expect(await openTestStore(registry.host).tags()).toEqual([]);
  });
});
