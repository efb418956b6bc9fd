import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import {
  publishPlugin,
  type PublishedPlugin,
  type PublishOptions,
} from '../../src/workflows/publish-plugin.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { failure } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { registry, writeSource } from './plugin-source.ts';

const REPOSITORY = 'acme/my-plugin';
let key: PrivateKey;
let other: PrivateKey;

const publish = (
  { host }: TestRegistry,
  tag: string,
  { source = writeSource('1.0.0'), ...options }: Partial<PublishOptions> & { source?: string } = {},
): Promise<PublishedPlugin> =>
  publishPlugin(source, `${host}/${REPOSITORY}${tag}`, {
    signer: createKeySigner(key),
    registry,
    ...options,
  });

const verify = ({ host }: TestRegistry, tag: string, { publicKey }: PrivateKey): Promise<unknown> =>
  verifyArtifact(`${host}/${REPOSITORY}${tag}`, { keys: [publicKey], registry });

const writes = ({ log }: TestRegistry): number =>
  log.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length;

beforeAll(async () => {
  key = await makeKey();
  other = await makeKey();
});

function brokenSource(): string {
  const directory = writeSource('1.0.0');
  writeFileSync(join(directory, 'kong/plugins/my-plugin/handler.lua'), 'return {');
  return directory;
}

describe('what publish refuses before the first upload', () => {
  let place: TestRegistry;
  let before = 0;

  beforeEach(async () => {
    place = await startTestRegistry();
    await publish(place, ':stable');
    before = writes(place);
  });

  it.each<[string, ErrorCode, string, () => Partial<PublishOptions> & { source?: string }]>([
    [
      'a plugin that Kong would refuse',
      'PLUGIN_REFUSED',
      ':1.0.0',
      () => ({ source: brokenSource() }),
    ],
    ['a tag of another version', 'TAG_VERSION_MISMATCH', ':1.0.1', () => ({})],
    ['a tag with other bytes', 'TAG_EXISTS', ':stable', () => ({ source: writeSource('1.1.0') })],
    ['a digest of something else', 'USAGE', `@sha256:${'a'.repeat(64)}`, () => ({})],
  ])('%s', async (_what, code, tag, options) => {
    await expectError(() => publish(place, tag, options()), code);
    expect(writes(place)).toBe(before);
  });

  it('a wrong password', async () => {
    const prefix = join(temporaryDirectory(), 'cosign');
    const env = { COSIGN_PASSWORD: 'right' };
    await kongcrate(['generate-key-pair', '--output-key-prefix', prefix], { env });
    const sent = writes(place);
    const refused = await runKongcrate(
      ['publish', writeSource('1.0.0'), `${place.host}/acme/other:1.0.0`, '--key', `${prefix}.key`],
      { env: { COSIGN_PASSWORD: 'wrong' } },
    );
    expect(refused.stderr).toContain('password');
    expect(refused.status).toBe(2);
    expect(writes(place)).toBe(sent);
  });

  it('a tag moves with --force, and what it pointed to stays', async () => {
    const { tags, manifests } = place.repository(REPOSITORY);
    const old = tags.get('stable') ?? '';
    const moved = await publish(place, ':stable', { source: writeSource('1.1.0'), force: true });
    expect(tags.get('stable')).toBe(moved.digest);
    expect(manifests.has(old)).toBe(true);
    await verify(place, `@${old}`, key);
  });
});

describe('publish to a registry whose tags never move', () => {
  it.each(['honoured', 'none'] as const)(
    'leaves a tag where it is, --force or not (entity tags: %s)',
    async (entityTags) => {
      const place = await startTestRegistry({ immutableTags: true, entityTags });
      const first = await publish(place, ':stable');
      const error = await expectError(
        () => publish(place, ':stable', { source: writeSource('1.1.0'), force: true }),
        'REGISTRY_ERROR',
      );
      expect(error.message).toContain('refused to write tag stable');
      expect(error.remedy).toContain('immutable tags');
      expect(place.repository(REPOSITORY).tags.get('stable')).toBe(first.digest);
      await verify(place, ':stable', key);
    },
  );

  it('puts no tag that stands already: not even that is allowed there', async () => {
    const place = await startTestRegistry();
    await publish(place, ':1.0.0');
    place.next('PUT', /./, { instead: failure(409, 'TAG_INVALID', 'immutable') }, Infinity);
    const { signatures } = await publish(place, ':1.0.0');
    expect(signatures.map(({ state }) => state)).toEqual(['present', 'present']);
  });

  it('says which signature of a second signer stands, and sets no tag', async () => {
    const place = await startTestRegistry({ immutableTags: true });
    await publish(place, ':1.0.0');
    const signer = createKeySigner(other);
    const error = await expectError(() => publish(place, ':next', { signer }), 'REGISTRY_ERROR');
    expect(error.message).toContain('the bundle signature stands, the legacy one was refused');
    expect(error.remedy).toContain('immutable tags');
    expect(error.remedy).toContain('--signature-format bundle');
    expect(error.details).toMatchObject({ written: ['bundle'], missing: ['legacy'] });
    expect([...place.repository(REPOSITORY).tags.keys()]).not.toContain('next');
    await verify(place, ':1.0.0', key);
    const again = await publish(place, ':next', { signer, format: 'bundle' });
    expect(again.signatures).toMatchObject([{ format: 'bundle', state: 'present' }]);
    await verify(place, ':next', other);
  });

  it('writes the legacy signature where the list of bundles is refused', async () => {
    const place = await startTestRegistry({ referrersApi: false });
    const refusal = { instead: failure(403, 'DENIED') };
    place.next('PUT', /manifests\/sha256-[0-9a-f]+$/, refusal, Infinity);
    const error = await expectError(() => publish(place, ':1.0.0'), 'REGISTRY_ERROR');
    expect(error.details).toMatchObject({ written: ['legacy'], missing: ['bundle'] });
    expect(error.remedy).toContain('what your account may push');
    const again = await publish(place, ':1.0.0', { format: 'legacy' });
    expect(again.signatures).toMatchObject([{ format: 'legacy', state: 'present' }]);
    await verify(place, ':1.0.0', key);
  });

  it('loses nothing where both are refused', async () => {
    const place = await startTestRegistry({ referrersApi: false, immutableTags: true });
    await publish(place, ':1.0.0');
    const signer = createKeySigner(other);
    const error = await expectError(() => publish(place, ':next', { signer }), 'REGISTRY_ERROR');
    expect(error.message).toContain('configured as immutable');
    await verify(place, ':1.0.0', key);
  });
});
