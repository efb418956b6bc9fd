import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { CATALOGUE } from '../../src/errors/catalogue.ts';
import { hexOf, signatureTagOf, type Digest } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins, type InstallOptions } from '../../src/workflows/install-plugins.ts';
import {
  makeKey,
  payloadFor,
  pushBundle,
  pushLegacy,
  signedBundle,
  signRaw,
  statementFor,
  toBytes,
} from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { pluginFiles, publish, type Published } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const luaRoot = join(temporaryDirectory(), 'lua');
let key: PrivateKey;
let otherKey: PrivateKey;

/** What a reader of the live plugin sees; the same before and after every refusal. */
function live(): string {
  const plugin = join(luaRoot, 'kong/plugins/my-plugin');
  return ['handler.lua', 'schema.lua'].map((f) => readFileSync(join(plugin, f), 'utf8')).join();
}

function install(reference: string, options: Partial<InstallOptions> = {}): Promise<unknown> {
  return installPlugins([reference], {
    root: { luaRoot },
    keys: [key.publicKey],
    as: 'registry.example/acme/my-plugin',
    ...options,
  });
}

async function expectRefused(
  make: () => Promise<string>,
  code: ErrorCode,
  options: Partial<InstallOptions> = {},
): Promise<void> {
  const reference = await make();
  for (const maxHeldBytes of [undefined, 0])
    await expectError(() => install(reference, { ...options, maxHeldBytes }), code);
  expect(live()).toContain('VERSION = "1.0.0"');
}

const blobOf = ({ directory }: Published, digest: Digest): string =>
  join(directory, 'blobs', 'sha256', hexOf(digest));

/** Everything an upgrade to 1.1.0 may be stopped by; 1.0.0 stays live each time. */
describe('a refused install leaves the live plugin as it was', () => {
  beforeAll(async () => {
    key = await makeKey();
    otherKey = await makeKey();
    await install((await publish({ key })).reference);
  });

  const upgrade = { version: '1.1.0' };

  it('no signature: 10', async () => {
    await expectRefused(async () => (await publish(upgrade)).reference, 'NO_SIGNATURE');
    expect(CATALOGUE.NO_SIGNATURE.exitCode).toBe(10);
  });

  it('no signature, and --allow-unsigned over a signed plugin: 12', async () => {
    await expectRefused(async () => (await publish(upgrade)).reference, 'SIGNATURE_MISMATCH', {
      keys: [],
      allowUnsigned: true,
    });
  });

  it('--allow-unsigned with demands that only a signature can meet: 2', async () => {
    const make = async (): Promise<string> => (await publish(upgrade)).reference;
    for (const demand of [{ threshold: 2 }, { annotations: { team: 'edge' } }])
      await expectRefused(make, 'USAGE', { keys: [], allowUnsigned: true, ...demand });
    await expectRefused(make, 'USAGE', { allowUnsigned: true });
  });

  it('modules that Kong loads for another plugin, and secrets: 8', async () => {
    const { encodeLayer } = await import('../support/encode-layer.ts');
    const own = pluginFiles('my-plugin', '1.1.0');
    const key64 = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`;
    for (const [path, text] of [
      ['kong/plugins/other/api.lua', 'return {}'],
      ['kong/plugins/other/daos.lua', 'return {}'],
      ['kong/plugins/other/migrations/init.lua', 'return {}'],
      ['kong/plugins/my-plugin/cosign.key', key64],
    ] as const) {
      const { bytes: layer } = await encodeLayer([...own, { path, bytes: Buffer.from(text) }]);
      const make = async (): Promise<string> =>
        (await publish({ ...upgrade, layer, key })).reference;
      await expectRefused(make, 'PLUGIN_REFUSED');
    }
  });

  it('signed by another key, and --allow-unsigned: 12', async () => {
    const make = async (): Promise<string> =>
      (await publish({ ...upgrade, key: otherKey })).reference;
    await expectRefused(make, 'SIGNATURE_MISMATCH');
    await expectRefused(make, 'SIGNATURE_MISMATCH', { keys: [], allowUnsigned: true });
  });

  it('a changed payload: 12', async () => {
    await expectRefused(async () => {
      const published = await publish(upgrade);
      const { digest } = published.subject.descriptor;
      const signature = signRaw(key, toBytes(payloadFor(digest)));
      const payload = toBytes({ ...payloadFor(digest), optional: { changed: 'yes' } });
      await pushLegacy(published, [{ payload, signature }]);
      return published.reference;
    }, 'SIGNATURE_MISMATCH');
  });

  it('the signature of another digest under this one: 12', async () => {
    await expectRefused(async () => {
      const published = await publish(upgrade);
      const signed = await publish({ version: '1.2.0', key, directory: published.directory });
      const { digest } = published.subject.descriptor;
      const tag = signatureTagOf(signed.subject.descriptor.digest);
      await published.store.tag(await published.store.resolve(tag), signatureTagOf(digest));
      return published.reference;
    }, 'SIGNATURE_MISMATCH');
  });

  it('an attestation instead of a signature: 12', async () => {
    await expectRefused(async () => {
      const published = await publish(upgrade);
      const predicateType = 'https://slsa.dev/provenance/v1';
      const statement = statementFor(published.subject.descriptor.digest, { predicateType });
      await pushBundle(published, signedBundle(key, statement));
      return published.reference;
    }, 'SIGNATURE_MISMATCH');
  });

  it("another plugin's artifact under the expected name: 12, by receipt and by --plugin", async () => {
    const make = async (): Promise<string> =>
      (await publish({ name: 'other-plugin', version: '1.1.0', key })).reference;
    await expectRefused(make, 'IDENTITY_MISMATCH');
    await expectRefused(make, 'IDENTITY_MISMATCH', {
      as: 'registry.example/acme/new',
      expectedName: 'my-plugin',
    });
  });

  it('a full-version tag with another signed version: 12', async () => {
    await expectRefused(
      async () => (await publish({ ...upgrade, tag: 'v1.2.0', key })).reference,
      'IDENTITY_MISMATCH',
    );
  });

  it('a signed name that is not the name in the archive: 8', async () => {
    const { encodeLayer } = await import('../support/encode-layer.ts');
    const { bytes: layer } = await encodeLayer(pluginFiles('other-plugin', '1.1.0'));
    await expectRefused(
      async () => (await publish({ ...upgrade, layer, key })).reference,
      'PLUGIN_REFUSED',
    );
  });

  it('a changed manifest and a changed layer: 7', async () => {
    for (const part of ['manifest', 'layer'] as const)
      await expectRefused(async () => {
        const published = await publish({ ...upgrade, key });
        const { digest } = published.subject.descriptor;
        const manifest = readFileSync(blobOf(published, digest), 'utf8');
        const layer = /"layers":\[.*?"digest":"(sha256:[0-9a-f]{64})"/.exec(manifest)?.[1];
        const path = blobOf(published, part === 'manifest' ? digest : (layer as Digest));
        const bytes = readFileSync(path);
        bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
        writeFileSync(path, bytes);
        return published.reference;
      }, 'DIGEST_MISMATCH');
  });

  it('a signed manifest with a wrong layer size: 7', async () => {
    for (const change of [1, -1])
      await expectRefused(async () => {
        const changeManifest = (text: string): string =>
          text.replace(
            /("layers":\[\{"mediaType":"[^"]+","size":)(\d+)/,
            (_all, head: string, size: string) => `${head}${Number(size) + change}`,
          );
        return (await publish({ ...upgrade, key, changeManifest })).reference;
      }, 'SIZE_MISMATCH');
  });

  it('two layers, and none: 8', async () => {
    for (const replacement of ['"layers":[]', '"layers":[$1,$1]'])
      await expectRefused(async () => {
        const changeManifest = (text: string): string =>
          text.replace(/"layers":\[(.*?\}\})\]/, replacement);
        return (await publish({ ...upgrade, key, changeManifest })).reference;
      }, 'PLUGIN_REFUSED');
  });

  it('a layer above the limit: 7', async () => {
    await expectRefused(
      async () => (await publish({ ...upgrade, key })).reference,
      'CONTENT_TOO_LARGE',
      { maxLayerBytes: 10 },
    );
  });

  it('a downgrade: 18', async () => {
    await expectRefused(
      async () => (await publish({ version: '0.9.0', key })).reference,
      'DOWNGRADE',
    );
  });

  it('one bad reference among good ones installs none', async () => {
    const good = await publish({ name: 'good-plugin', key });
    const bad = await publish({ name: 'bad-plugin' });
    await expectError(
      () =>
        installPlugins([good.reference, bad.reference], {
          root: { luaRoot },
          keys: [key.publicKey],
        }),
      'NO_SIGNATURE',
    );
    expect(() => readFileSync(join(luaRoot, 'kong/plugins/good-plugin/handler.lua'))).toThrow();
  });

  it('and the very same upgrade, signed, is installed: the refusals were not about something else', async () => {
    const copy = join(temporaryDirectory(), 'lua');
    cpSync(luaRoot, copy, { recursive: true, verbatimSymlinks: true });
    const { reference } = await publish({ ...upgrade, key });
    await install(reference, { root: { luaRoot: copy } });
    const handler = readFileSync(join(copy, 'kong/plugins/my-plugin/handler.lua'), 'utf8');
    expect(handler).toContain('VERSION = "1.1.0"');
  });
});
