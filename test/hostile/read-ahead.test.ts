import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { copyArtifacts } from '../../src/workflows/copy/copy-artifacts.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { installPlugins, type InstallOptions } from '../../src/workflows/install-plugins.ts';
import { publishPlugin } from '../../src/workflows/publish-plugin.ts';
import { ALICE } from '../registry/auth-support.ts';
import { registry as anonymous, writeSource } from '../registry/plugin-source.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { publish as publishByHand } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

// An install asks for a small layer before it knows whether anybody signed it: DESIGN 4, "requests
// may overlap; parsing never precedes signature and digest".

const REPOSITORY = 'acme/my-plugin';
const MEBIBYTE = 1024 * 1024;
const access = { ...anonymous, credentials: () => Promise.resolve(ALICE) };
let registry: TestRegistry;
let key: PrivateKey;
let stranger: PrivateKey;
let luaRoot: string;

/** Publishes a plugin with so many bytes in it that cannot be packed. */
async function publish(noiseBytes = 0): Promise<string> {
  const source = writeSource('1.0.0');
  writeFileSync(join(source, 'kong/plugins/my-plugin/noise.bin'), randomBytes(noiseBytes));
  const options = { signer: createKeySigner(key), registry: access };
  return (await publishPlugin(source, `${registry.host}/${REPOSITORY}:1.0.0`, options)).reference;
}

async function install(reference: string, options?: Partial<InstallOptions>): Promise<unknown> {
  const trust = { root: { luaRoot }, registry: access, keys: [key.publicKey] };
  return installPlugins([reference], { ...trust, ...options });
}

const asStranger =
  (reference: string, options?: Partial<InstallOptions>): (() => Promise<unknown>) =>
  () =>
    install(reference, { ...options, keys: [stranger.publicKey] });

/** The digest of the layer of what is published. */
function layerOf(reference: string): string {
  const digest = reference.slice(reference.indexOf('@') + 1);
  const manifest = registry.repository(REPOSITORY).manifests.get(digest);
  const { layers } = JSON.parse(String(manifest?.bytes)) as { layers: { digest: string }[] };
  return layers[0]?.digest ?? '';
}

const downloadsOf = (digest: string): number =>
  registry.log.filter(
    ({ method, path, status }) => method === 'GET' && path.endsWith(digest) && status === 200,
  ).length;

const expectNothingLeft = (): void => {
  expect(listTree(dirname(luaRoot))).toEqual([]);
};

beforeEach(async () => {
  const challenge = { 'www-authenticate': 'Basic realm="tests"' };
  registry = await startTestRegistry({
    authorize: ({ headers }) =>
      headers.authorization === undefined
        ? { status: 401, headers: challenge, body: Buffer.alloc(0) }
        : undefined,
  });
  [key, stranger] = await Promise.all([makeKey(), makeKey()]);
  luaRoot = join(temporaryDirectory(), 'lua');
});

describe('a small layer that comes before its signatures', () => {
  it('is not looked into where nobody trusted signed it, and nothing of it is left', async () => {
    const { directory } = await publishByHand({ layer: Buffer.from('no archive'), key });
    const target = `${registry.host}/${REPOSITORY}:1.0.0`;
    const source = `oci-layout:${directory}:1.0.0`;
    const [copied] = (await copyArtifacts([source], target, { registry: access })).artifacts;
    const reference = `${target}@${copied?.digest ?? ''}`;
    await expectError(asStranger(reference), 'SIGNATURE_MISMATCH');
    expect(downloadsOf(layerOf(reference))).toBe(1);
    expectNothingLeft();
    await expectError(() => install(reference), 'ARCHIVE_REFUSED');
    expectNothingLeft();
  });

  it.each([
    ['other bytes', 'DIGEST_MISMATCH', (bytes: Buffer) => Buffer.alloc(bytes.length, 'x')],
    ['fewer bytes', 'SIZE_MISMATCH', (bytes: Buffer) => bytes.subarray(1)],
    [
      'endless bytes',
      'SIZE_MISMATCH',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(64 * MEBIBYTE)]),
    ],
  ] as const)(
    'with %s ends what would use it with %s, and nothing else',
    async (_what, code, change) => {
      const reference = await publish();
      const { blobs } = registry.repository(REPOSITORY);
      blobs.set(layerOf(reference), change(blobs.get(layerOf(reference)) ?? Buffer.alloc(0)));
      await expectError(asStranger(reference), 'SIGNATURE_MISMATCH');
      await expectError(() => install(reference), code);
      expectNothingLeft();
    },
  );

  it('does not hold up the refusal when it never comes', async () => {
    const reference = await publish();
    registry.next('GET', new RegExp(layerOf(reference)), { stallAfterBytes: 10 });
    await expectError(asStranger(reference), 'SIGNATURE_MISMATCH');
    expectNothingLeft();
  });

  it.each([
    ['above 1 MiB', 2 * MEBIBYTE, {}],
    ['above the limit for a layer', 1000, { maxLayerBytes: 999 }],
    ['above what may be held in memory', 1000, { maxHeldBytes: 999 }],
  ])(
    'is not fetched before somebody signed it when it is %s',
    async (_what, noiseBytes, options) => {
      const reference = await publish(noiseBytes);
      await expectError(asStranger(reference, options), 'SIGNATURE_MISMATCH');
      expect(downloadsOf(layerOf(reference))).toBe(0);
    },
  );

  it('takes no password to where the registry sends it', async () => {
    const reference = await publish();
    const digest = layerOf(reference);
    const elsewhere = await startTestRegistry();
    const bytes = registry.repository(REPOSITORY).blobs.get(digest) ?? Buffer.alloc(0);
    elsewhere.repository(REPOSITORY).blobs.set(digest, bytes);
    const location = `http://${elsewhere.host}/v2/${REPOSITORY}/blobs/${digest}`;
    registry.next('GET', new RegExp(digest), { instead: { status: 307, headers: { location } } });
    await install(reference);
    expect(elsewhere.log.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});
