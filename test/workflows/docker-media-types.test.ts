import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/content/manifest.ts';
import {
  DOCKER_CONFIG,
  DOCKER_LAYER_GZIP,
  DOCKER_MANIFEST,
  SIMPLE_SIGNING,
} from '../../src/reference/media-types.ts';
import { signatureTagOf, type Digest } from '../../src/reference/digest.ts';
import { createKeySigner, type Signer } from '../../src/signing/signer.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { copyArtifacts } from '../../src/workflows/copy/copy-artifacts.ts';
import { createParty } from '../../src/workflows/create-party.ts';
import { inspectArtifact } from '../../src/workflows/inspect-artifact.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { publishPlugin } from '../../src/workflows/publish-plugin.ts';
import { pullArtifact } from '../../src/workflows/pull-artifact.ts';
import { pushPlugin, type PushOptions } from '../../src/workflows/push-plugin.ts';
import { signArtifact } from '../../src/workflows/sign-artifact.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { registry, writeSource } from '../registry/plugin-source.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const source = writeSource('1.0.0');
const docker = { registry, dockerMediaTypes: true } as const;

let key: PrivateKey;
let signer: Signer;
let old: TestRegistry;
let reference = '';

beforeEach(async () => {
  key = await makeKey();
  signer = createKeySigner(key);
  old = await startTestRegistry({ knowsOci: false, referrersApi: false });
  reference = `${old.host}/acme/my-plugin:1.0.0`;
});

/** The media types of a manifest as it stands there, its config and its layers. */
function typesOf(digest: Digest | undefined): unknown {
  const stored = old.repository('acme/my-plugin').manifests.get(digest ?? '');
  if (!stored) return undefined;
  const document = parseManifest(stored.bytes, stored.mediaType);
  if (document.kind === 'index') return undefined;
  const layers = document.layers.map(({ mediaType }) => mediaType);
  return [stored.mediaType, document.config.mediaType, ...layers];
}

describe('a registry that knows no OCI', () => {
  it('refuses, with the flag in the remedy, and has no tag then', async () => {
    const error = await expectError(
      () => publishPlugin(source, reference, { registry, signer }),
      'REGISTRY_ERROR',
    );
    expect(error.remedy).toContain('--docker-media-types');
    expect(old.repository('acme/my-plugin').tags.size).toBe(0);
  });

  it("takes Docker's types, artifact and signature, and the same again is there already", async () => {
    const { digest, signatures } = await publishPlugin(source, reference, { ...docker, signer });
    expect(signatures.map(({ format }) => format)).toEqual(['legacy']);
    expect(typesOf(digest)).toEqual([DOCKER_MANIFEST, DOCKER_CONFIG, DOCKER_LAYER_GZIP]);
    const signed = old.repository('acme/my-plugin').tags.get(signatureTagOf(digest));
    expect(typesOf(signed)).toEqual([DOCKER_MANIFEST, DOCKER_CONFIG, SIMPLE_SIGNING]);
    const again = await publishPlugin(source, reference, { ...docker, signer });
    expect(again).toMatchObject({ digest, signatures: [{ state: 'present' }] });
  });

  it('keeps the signatures of two keys', async () => {
    const pushed = await pushPlugin(source, reference, docker);
    const second = await makeKey();
    for (const each of [signer, createKeySigner(second)])
      await signArtifact(pushed.reference, { ...docker, signer: each });
    for (const { publicKey } of [key, second])
      await verifyArtifact(reference, { registry, keys: [publicKey] });
  });

  it.each(['image', 'tree'] as const)('installs, pulls and shows layout %s', async (layout) => {
    const trust = { registry, keys: [key.publicKey] };
    const directory = temporaryDirectory();
    if (layout === 'image') await publishPlugin(source, reference, { ...docker, signer });
    else {
      const pushed = await pushPlugin(source, reference, { ...docker, layout });
      await signArtifact(pushed.reference, { ...docker, signer });
    }
    const root = { luaRoot: join(directory, 'lua') };
    const report = await installPlugins([reference], { ...trust, root });
    expect(report.plugins).toMatchObject([{ name: 'my-plugin', version: '1.0.0' }]);
    for (const format of ['crane', 'oci', 'layer'] as const)
      await pullArtifact(reference, { ...trust, format, output: join(directory, format) });
    expect(await inspectArtifact(reference, { registry })).toMatchObject({
      document: { mediaType: DOCKER_MANIFEST },
      legacySignatures: { count: 1 },
    });
  });

  it('copies by archive and layout, to a new registry and an old one, digest and trust kept', async () => {
    const { digest } = await publishPlugin(source, reference, { ...docker, signer });
    const { host } = await startTestRegistry({});
    const directory = temporaryDirectory();
    const places = [
      reference.replace(':1.0.0', ''),
      `oci-archive:${join(directory, 'carry.tar')}`,
      `oci-layout:${join(directory, 'layout')}`,
      `${host}/far/my-plugin`,
      `${old.host}/far/my-plugin`,
    ];
    for (const [index, place] of places.slice(1).entries()) {
      await copyArtifacts([`${places[index] ?? ''}:1.0.0`], place, { registry });
      const trust = { registry, keys: [key.publicKey] };
      const { subject } = await verifyArtifact(`${place}:1.0.0`, trust);
      expect(subject.reference.descriptor.digest).toBe(digest);
    }
  });

  it('gives one digest, of the same layer and config', async () => {
    const known = await startTestRegistry({});
    const oci = await pushPlugin(source, `${known.host}/acme/my-plugin:1.0.0`, { registry });
    const first = await pushPlugin(source, reference, docker);
    const second = await pushPlugin(source, `${known.host}/acme/other:1.0.0`, docker);
    expect(second.digest).toBe(first.digest);
    expect(first.digest).not.toBe(oci.digest);
    const blobs = (at: TestRegistry): readonly string[] =>
      [...at.repository('acme/my-plugin').blobs.keys()].sort();
    expect(blobs(old)).toEqual(blobs(known));
  });
});

describe('what has no form in these types is refused before anything is sent', () => {
  it.each(['both', 'bundle'] as const)('--signature-format %s', async (format) => {
    const options = { ...docker, signer, format };
    for (const call of [
      () => publishPlugin(source, reference, { ...options, dryRun: true }),
      () => signArtifact(reference, options),
      () => createParty(options),
    ]) {
      const error = await expectError(call, 'USAGE');
      expect(error.message).toContain(`--signature-format ${format}`);
    }
    expect(old.log).toEqual([]);
  });

  it.each<NonNullable<PushOptions['layout']>>(['cosign', 'artifact'])(
    '--layout %s',
    async (layout) => {
      const error = await expectError(
        () => pushPlugin(source, reference, { ...docker, layout }),
        'USAGE',
      );
      expect(error.message).toContain(`--layout ${layout}`);
      expect(old.log).toEqual([]);
    },
  );

  it('an entry of a log with Rekor v2', async () => {
    const services = { logs: [{ url: new URL('https://log.example'), version: 2 }] } as const;
    const error = await expectError(
      () => createParty({ ...docker, signer, services: { ...services, timestampAuthorities: [] } }),
      'USAGE',
    );
    expect(error.message).toContain('--docker-media-types cannot hold');
  });
});
