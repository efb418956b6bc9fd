import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, hexOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins, type InstallOptions } from '../../src/workflows/install-plugins.ts';
import { pullArtifact } from '../../src/workflows/pull-artifact.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { rollbackPlugins } from '../../src/workflows/rollback-plugins.ts';
import { verifyInstalled } from '../../src/workflows/verify-installed.ts';
import { makeKey } from '../signing/support.ts';
import { craneTarballOf } from '../support/crane-tarball-of.ts';
import { expectError } from '../support/expect-error.ts';
import { pluginFiles, publish } from '../support/published.ts';
import { packLayer, writeSignedFile, type SignedFile } from '../support/signed-files.ts';
import { tarEntry, tarOf } from '../support/tar-builder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let luaRoot = '';
let key: PrivateKey;
let other: PrivateKey;
let first: SignedFile;
let second: SignedFile;

beforeAll(async () => {
  key = await makeKey();
  other = await makeKey();
  first = await writeSignedFile({ key });
  second = await writeSignedFile({ key, version: '2.0.0' });
});

beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
});

const FIXED = { expectedName: 'my-plugin' };

async function install(
  { file, bundle }: Pick<SignedFile, 'file' | 'bundle'>,
  options: Partial<InstallOptions> = {},
): Promise<string | undefined> {
  const keys = [key.publicKey];
  const given = { root: { luaRoot }, keys, bundle, ...FIXED, ...options };
  const report = await installPlugins([file], given);
  return report.plugins[0]?.state;
}

const unsigned = async (file: string, options: Partial<InstallOptions> = {}): Promise<unknown> => {
  const terms = { root: { luaRoot }, allowUnsigned: true, ...FIXED, ...options };
  return (await installPlugins([file], terms)).plugins[0]?.state;
};

const installed = () => readStatus({ luaRoot });
const generation = (): number | undefined => installed().generation;

describe('a file and its bundle', () => {
  it('is installed, and the receipt says what it was and who signed it', async () => {
    expect(await install(first)).toBe('installed');
    const digest = digestOf(first.bytes);
    expect(installed().plugins).toMatchObject([
      {
        ...{ name: 'my-plugin', version: '1.0.0', repository: 'localhost/my-plugin' },
        ...{ file: first.file, digest, manifestDigest: digest, layerDigest: digest, drift: [] },
        trust: {
          kind: 'signed',
          signers: [{ kind: 'key', keyId: key.publicKey.keyId, formats: ['bundle'] }],
        },
      },
    ]);
    const handler = readFileSync(join(luaRoot, 'kong/plugins/my-plugin/handler.lua'), 'utf8');
    expect(handler).toContain('1.0.0');
  });

  it('again is unchanged, from wherever it comes, and nothing is written', async () => {
    await install(first);
    const before = installed();
    expect(await install(first)).toBe('unchanged');
    expect(await install(await writeSignedFile({ key }))).toBe('unchanged');
    // Without a key the one of the receipt counts, but a bundle has to be there.
    expect(await install(first, { keys: [] })).toBe('unchanged');
    expect(installed()).toEqual(before);
    await expectError(
      () => installPlugins([first.file], { root: { luaRoot }, keys: [], ...FIXED }),
      'USAGE',
    );
  });

  it('again with a bundle that does not hold is refused, whatever is stored', async () => {
    await install(first);
    await expectError(() => install({ ...first, bundle: second.bundle }), 'SIGNATURE_MISMATCH');
    const stranger = await writeSignedFile({ key: other });
    await expectError(() => install(stranger, { keys: [] }), 'SIGNATURE_MISMATCH');
    await expectError(() => install(first, { expectedName: 'other' }), 'PLUGIN_REFUSED');
  });

  it('again as another plugin is refused', async () => {
    const as = 'registry.example/acme/my-plugin';
    await install(first, { as });
    const other = { as, expectedName: 'other' };
    await expectError(() => install(first, other), 'PLUGIN_REFUSED');
  });

  it('signed by somebody else too is on record so', async () => {
    await install(first);
    const again = await writeSignedFile({ key: other });
    expect(await install(again, { keys: [other.publicKey] })).toBe('unchanged');
    expect(generation()).toBe(2);
    expect(installed().plugins[0]?.trust).toMatchObject({
      signers: [{ keyId: other.publicKey.keyId }],
    });
  });

  it('goes up, and down only with consent', async () => {
    await install(second);
    await expectError(() => install(first), 'DOWNGRADE');
    expect(await install(first, { allowDowngrade: true })).toBe('downgraded');
    expect(await install(second)).toBe('upgraded');
  });

  it('of another signer comes only with consent, although the plugin is named', async () => {
    await install(first);
    const next = await writeSignedFile({ key: other, version: '2.0.0' });
    const keys = [other.publicKey];
    const error = await expectError(() => install(next, { keys }), 'SIGNER_CHANGED');
    expect(error.remedy).toContain('--allow-signer-change');
    expect(await install(next, { keys, allowSignerChange: true })).toBe('upgraded');
  });

  it('and an artifact of a registry or layout follow one another', async () => {
    await install(first);
    const published = await publish({ key, version: '2.0.0' });
    const keys = [key.publicKey];
    const options = { root: { luaRoot }, keys };
    expect((await installPlugins([published.reference], options)).plugins).toMatchObject([
      { state: 'upgraded', previousVersion: '1.0.0', isFile: false },
    ]);
    await expectError(() => install(first), 'DOWNGRADE');
    const strange = await publish({ key: other, version: '3.0.0' });
    const asked = { ...options, keys: [other.publicKey] };
    await expectError(() => installPlugins([strange.reference], asked), 'SIGNER_CHANGED');
    await installPlugins([strange.reference], { ...asked, allowSignerChange: true });
  });

  it('is judged again from its evidence, without the file', async () => {
    const copy = await writeSignedFile({ key });
    await install(copy);
    rmSync(copy.file);
    const root = { luaRoot };
    const { plugins } = await verifyInstalled([], { root });
    expect(plugins).toMatchObject([
      { keysFrom: 'receipt', file: copy.file, trust: { kind: 'signed' }, drift: [] },
    ]);
    const others = await verifyInstalled([], { root, keys: [other.publicKey] });
    expect(others.plugins[0]?.error?.code).toBe('SIGNATURE_MISMATCH');
  });

  it('comes back by rollback, judged by its signer', async () => {
    await install(first);
    await install(second);
    const refused = { root: { luaRoot }, keys: [other.publicKey] };
    await expectError(() => rollbackPlugins(refused), 'SIGNATURE_MISMATCH');
    const { plugins } = await rollbackPlugins({ root: { luaRoot } });
    expect(plugins).toMatchObject([{ version: '1.0.0', trust: { kind: 'signed' } }]);
    // The hold of a rollback protects it from files too.
    await expectError(() => install(second), 'HELD');
    expect(await install(second, { unhold: true })).toBe('upgraded');
  });

  it('puts right what was changed on the disk', async () => {
    await install(first);
    const handler = join(luaRoot, 'kong/plugins/my-plugin/handler.lua');
    writeFileSync(handler, 'return {}');
    const [judged] = (await verifyInstalled([], { root: { luaRoot } })).plugins;
    expect(judged?.error?.remedy).toContain(first.file);
    // Where the same bytes are on the disk makes no difference.
    expect(await install(await writeSignedFile({ key }))).toBe('repaired');
    expect(readFileSync(handler, 'utf8')).toContain('1.0.0');
    expect(generation()).toBe(1);
  });

  it('is staged, then made live; copied; tried without a change', async () => {
    expect(await install(first, { dryRun: true })).toBe('installed');
    expect(existsSync(join(luaRoot, 'kong'))).toBe(false);
    expect(await install(first, { mode: 'stage' })).toBe('staged');
    expect(installed().staged).toMatchObject([{ file: first.file }]);
    expect(await install(first)).toBe('installed');
    luaRoot = join(temporaryDirectory(), 'image');
    mkdirSync(luaRoot);
    expect(await install(first, { mode: 'copy' })).toBe('installed');
    expect(existsSync(join(luaRoot, 'kong/plugins/my-plugin/handler.lua'))).toBe(true);
  });

  it('whose name on the disk is a reference is the file', async () => {
    const bundle = { ...first, file: join(temporaryDirectory(), 'a:1') };
    writeFileSync(bundle.file, first.bytes);
    expect(await install(bundle)).toBe('installed');
  });
});

describe('what a file may be', () => {
  const layerOf = () => packLayer('my-plugin', '1.0.0');
  const plainTar = (): Buffer =>
    tarOf(
      ...pluginFiles('my-plugin', '1.0.0').map(({ path, bytes }) =>
        tarEntry({ name: path, data: bytes }),
      ),
    );
  const crane = (layer: Uint8Array): Promise<Buffer> =>
    craneTarballOf(Buffer.from('{}'), [layer], 'a.example/b:1');

  it('what crane pull and kongcrate pull write: its layer is stored', async () => {
    const layer = await layerOf();
    const published = await publish({ key });
    const { content } = await pullArtifact(published.reference, { keys: [key.publicKey] });
    for (const bytes of [content ?? Buffer.alloc(0), await crane(layer)]) {
      const file = await writeSignedFile({ key, bytes });
      await install(file);
      const [plugin] = installed().plugins;
      expect(plugin).toMatchObject({ digest: digestOf(bytes), layerDigest: digestOf(layer) });
      expect(await install(file)).toBe('unchanged');
    }
    const { plugins } = await verifyInstalled([], { root: { luaRoot } });
    expect(plugins[0]?.error).toBeUndefined();
    await rollbackPlugins({ root: { luaRoot } });
  });

  it('a plain tar, and an OCI layout in one', async () => {
    const layer = await layerOf();
    await install(await writeSignedFile({ key, bytes: plainTar() }));
    const config = Buffer.from('{}');
    const descriptorOf = (mediaType: string, bytes: Uint8Array): object => ({
      ...{ mediaType, digest: digestOf(bytes), size: bytes.length },
    });
    const manifest = Buffer.from(
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
        config: descriptorOf('application/vnd.oci.image.config.v1+json', config),
        layers: [descriptorOf('application/vnd.oci.image.layer.v1.tar+gzip', layer)],
      }),
    );
    const type = 'application/vnd.oci.image.manifest.v1+json';
    const index = JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(type, manifest)] });
    const files: [string, Uint8Array][] = [config, layer, manifest].map((bytes) => [
      `blobs/sha256/${hexOf(digestOf(bytes))}`,
      bytes,
    ]);
    const bytes = tarOf(
      tarEntry({ name: 'oci-layout', data: '{"imageLayoutVersion":"1.0.0"}' }),
      tarEntry({ name: 'index.json', data: index }),
      ...files.map(([name, data]) => tarEntry({ name, data: Buffer.from(data) })),
    );
    expect(await install(await writeSignedFile({ key, bytes }))).toBe('replaced');
    expect(installed().plugins[0]?.layerDigest).toBe(digestOf(layer));
    const { plugins } = await verifyInstalled([], { root: { luaRoot } });
    expect(plugins[0]?.error).toBeUndefined();
  });

  it('no archive, or another plugin, is refused, and nothing is written', async () => {
    const text = await writeSignedFile({ key, bytes: Buffer.from('{}') });
    await expectError(() => install(text), 'ARCHIVE_REFUSED');
    const wrong = await writeSignedFile({ key, name: 'wrong' });
    await expectError(() => install(wrong), 'PLUGIN_REFUSED');
    await expectError(() => install(first, { maxLayerBytes: 10 }), 'CONTENT_TOO_LARGE');
    expect(existsSync(luaRoot)).toBe(false);
  });
});

describe('a file that nobody signed', () => {
  it('needs consent, which is recorded', async () => {
    await expectError(
      () => installPlugins([first.file], { root: { luaRoot }, keys: [key.publicKey], ...FIXED }),
      'USAGE',
    );
    expect(await unsigned(first.file)).toBe('installed');
    expect(await unsigned(first.file)).toBe('unchanged');
    expect(installed().plugins).toMatchObject([{ trust: { kind: 'unsigned' }, file: first.file }]);
    const { plugins } = await verifyInstalled([], { root: { luaRoot } });
    expect(plugins[0]?.error?.code).toBe('NO_SIGNATURE');
    expect(await unsigned(second.file)).toBe('upgraded');
    const back = await rollbackPlugins({ root: { luaRoot } });
    expect(back.plugins).toMatchObject([{ version: '1.0.0', trust: { kind: 'unsigned' } }]);
  });

  it('never replaces a signed plugin, not even the same bytes', async () => {
    await install(first);
    await expectError(() => unsigned(second.file), 'SIGNATURE_MISMATCH');
    await expectError(() => unsigned(first.file), 'SIGNATURE_MISMATCH');
    expect(generation()).toBe(1);
  });

  it('becomes signed when a bundle comes', async () => {
    await unsigned(first.file);
    expect(await install(first)).toBe('unchanged');
    expect(installed().plugins[0]?.trust.kind).toBe('signed');
  });
});

describe('what a file needs to be told', () => {
  it.each<[string, Partial<InstallOptions>]>([
    ['both a bundle and that there is none', { allowUnsigned: true }],
    ['a signer and that there is none', { allowUnsigned: true, bundle: undefined as never }],
    ['no plugin', { expectedName: undefined as never }],
    ['a threshold that nobody reaches', { threshold: 2 }],
  ])('%s: exit 2', async (_what, options) => {
    const error = await expectError(() => install(first, options), 'USAGE');
    expect(error.exitCode).toBe(2);
  });

  it('no signer: exit 2', async () => {
    await expectError(() => install(first, { keys: [] }), 'TRUST_MISSING');
  });

  it('one file at a time', async () => {
    const options = { root: { luaRoot }, keys: [key.publicKey], bundle: first.bundle };
    await expectError(() => installPlugins([first.file, second.file], options), 'USAGE');
    const pair = { root: { luaRoot }, allowUnsigned: true };
    await expectError(() => installPlugins([first.file, second.file], pair), 'USAGE');
  });
});
