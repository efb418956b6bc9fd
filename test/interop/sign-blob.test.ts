import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { digestOf } from '../../src/reference/digest.ts';
import { openPrivateKey } from '../../src/signing/private-key.ts';
import { readPublicKey, type PublicKey } from '../../src/signing/public-key.ts';
import { createKeySigner, type Signer } from '../../src/signing/signer.ts';
import { exactly } from '../../src/signing/text-demand.ts';
import type { TrustOptions } from '../../src/workflows/create-verifier.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { signFile } from '../../src/workflows/sign-file.ts';
import { verifyFile } from '../../src/workflows/verify-file.ts';
import { verifyInstalled } from '../../src/workflows/verify-installed.ts';
import { writeImportedKeyPair } from '../../src/workflows/write-key-pair.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { LOOPBACK_ONLY } from '../support/local-sigstore/cosign-cell.ts';
import { IDENTITY, IDENTITY_ISSUER } from '../support/local-sigstore/identity-token.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { runPeer } from '../support/must-succeed.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { packLayer } from '../support/signed-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const COSIGNS = ['cosign2', 'cosign3'] as const;
const KINDS = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  Ed25519: () => generateKeyPairSync('ed25519'),
} satisfies Record<string, () => { privateKey: KeyObject }>;
let sigstore: LocalSigstore;

/** How each cosign is told to make its bundles without asking anybody. */
const OFFLINE = {
  'cosign 2, its own bundle': ['cosign2', '--tlog-upload=false'],
  'cosign 2, sigstore bundle': ['cosign2', '--tlog-upload=false', '--new-bundle-format'],
  'cosign 3, sigstore bundle': ['cosign3', '--tlog-upload=false', '--use-signing-config=false'],
  "cosign 3, cosign 2's bundle": [
    ...['cosign3', '--tlog-upload=false', '--use-signing-config=false'],
    '--new-bundle-format=false',
  ],
} as const;

type Kind = keyof typeof KINDS;

/** A key in memory, with its public half in a file. */
async function makeSigner(prefix: string, kind: Kind): Promise<Signer> {
  const key = await makeKey(KINDS[kind]);
  writeFileSync(at(`${prefix}.pub`), key.publicKey.pem);
  return createKeySigner(key);
}

/** A key in cosign's files. */
async function makePair(prefix: string, kind: Kind): Promise<void> {
  const pem = KINDS[kind]().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeImportedKeyPair(pem, { password: new Uint8Array(), prefix: at(prefix) });
}

const publicKey = (prefix: string): PublicKey =>
  readPublicKey(readFileSync(at(`${prefix}.pub`), 'utf8'));

/** The exit status of `verify-blob`, which reads the bundle as a sigstore bundle. */
async function verifyBlob(
  name: (typeof COSIGNS)[number],
  args: readonly string[],
): Promise<number> {
  const given = [
    ...['verify-blob', '--insecure-ignore-tlog=true', '--trusted-root', at('empty.json')],
    ...(name === 'cosign2' ? ['--new-bundle-format'] : []),
  ];
  const { status } = await run(peer(name), [...given, ...args], { env: LOOPBACK_ONLY });
  return status ?? -1;
}

/** Accepted as it is; refused for another file and for other signers. */
async function expectHolds(
  bundle: string,
  mine: TrustOptions,
  others: TrustOptions,
): Promise<void> {
  const options = { ...mine, bundle: at(bundle) };
  const { digest, signers } = await verifyFile(at('file'), options);
  expect([digest, signers.length]).toEqual([digestOf(readFileSync(at('file'))), 1]);
  await expectError(() => verifyFile(at('other'), options), 'SIGNATURE_MISMATCH');
  const code = others.identities ? 'CERTIFICATE_MISMATCH' : 'SIGNATURE_MISMATCH';
  await expectError(() => verifyFile(at('file'), { ...others, bundle: at(bundle) }), code);
}

describeWithPeers([...COSIGNS], 'files between us and cosign', () => {
  beforeAll(async () => {
    sigstore = await startLocalSigstore();
    writeFileSync(at('file'), await packLayer('my-plugin', '1.0.0'));
    writeFileSync(at('other'), await packLayer('my-plugin', '1.0.1'));
    const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
    writeFileSync(at('empty.json'), JSON.stringify({ mediaType }));
    await makePair('mine', 'P-256');
    await makeSigner('others', 'P-256');
  });

  it.each(Object.keys(KINDS) as Kind[])(
    'both verify what we sign with %s, and nothing else',
    async (kind) => {
      const signer = await makeSigner(kind, kind);
      await signFile(at('file'), { signer, bundle: at(`${kind}.json`) });
      const bundle = ['--bundle', at(`${kind}.json`)];
      for (const name of COSIGNS) {
        const right = ['--key', at(`${kind}.pub`), ...bundle];
        expect(await verifyBlob(name, [...right, at('file')])).toBe(0);
        expect(await verifyBlob(name, [...right, at('other')])).not.toBe(0);
        const wrong = ['--key', at('others.pub'), ...bundle, at('file')];
        expect(await verifyBlob(name, wrong)).not.toBe(0);
      }
    },
  );

  it('what we write has the layout of cosign 3, byte for byte but for the signature', async () => {
    const flags = ['--tlog-upload=false', '--use-signing-config=false'];
    const args = ['sign-blob', '--key', at('mine.key'), ...flags, '--bundle', at('theirs.json')];
    await runPeer('cosign3', [...args, at('file')], { env: LOOPBACK_ONLY });
    const pem = readFileSync(at('mine.key'), 'utf8');
    const signer = createKeySigner(await openPrivateKey(pem, { password: new Uint8Array() }));
    const ours = { signer, bundle: at('ours.json') };
    await signFile(at('file'), ours);
    const layout = (name: string): string =>
      readFileSync(at(name), 'utf8').replace(/"signature":"[^"]+"/, '"signature":""');
    expect(layout('ours.json')).toBe(layout('theirs.json'));
    expect(statSync(at('ours.json')).mode & 0o777).toBe(0o644);
    await expectError(() => signFile(at('file'), ours), 'NOT_OURS');
  });

  it.each(Object.entries(OFFLINE))('%s: by a key', async (how, [name, ...flags]) => {
    const bundle = `${how}.json`;
    const args = ['sign-blob', '--key', at('mine.key'), ...flags, '--bundle', at(bundle)];
    await runPeer(name, [...args, at('file')], { env: LOOPBACK_ONLY });
    await expectHolds(bundle, { keys: [publicKey('mine')] }, { keys: [publicKey('others')] });
  });

  /** Where each bundle has its proofs from. */
  const ONLINE: readonly (readonly [string, (typeof COSIGNS)[number], () => readonly string[]])[] =
    [
      ['cosign 2, its own bundle', 'cosign2', () => ['--rekor-url', sigstore.urls.rekor1]],
      [
        'cosign 3, sigstore bundle, Rekor v1',
        'cosign3',
        () => ['--signing-config', sigstore.signingConfig('rekor1')],
      ],
      [
        'cosign 3, sigstore bundle, Rekor v2',
        'cosign3',
        () => ['--signing-config', sigstore.signingConfig('rekor2+tsa')],
      ],
    ];
  const signOnline = async (
    name: (typeof COSIGNS)[number],
    flags: readonly string[],
    bundle: string,
  ): Promise<void> => {
    const root = name === 'cosign3' ? ['--trusted-root', sigstore.trustedRoot.file] : [];
    const args = ['sign-blob', '--yes', ...root, ...flags, '--bundle', at(bundle), at('file')];
    await runPeer(name, args, { env: { ...LOOPBACK_ONLY, ...sigstore.environment } });
  };
  const trustedRoot = (): string => JSON.stringify(sigstore.trustedRoot.json);
  const trusting = (subject: string): TrustOptions => {
    const issuer = exactly(IDENTITY_ISSUER, 'issuer');
    const identities = [{ kind: 'identity', identity: exactly(subject, 'id'), issuer }] as const;
    return { identities, trustedRoot: trustedRoot() };
  };

  it.each(ONLINE)('%s: by a key, logged', async (how, name, flags) => {
    const bundle = `${how} key.json`;
    await signOnline(name, ['--key', at('mine.key'), ...flags()], bundle);
    const logged = { log: 'required', trustedRoot: trustedRoot() } as const;
    const [mine, others] = [publicKey('mine'), publicKey('others')];
    await expectHolds(bundle, { ...logged, keys: [mine] }, { ...logged, keys: [others] });
  });

  it.each(ONLINE)('%s: keyless', async (how, name, flags) => {
    const bundle = `${how} keyless.json`;
    writeFileSync(at('token'), sigstore.token());
    const fulcio = name === 'cosign2' ? ['--fulcio-url', sigstore.urls.fulcio] : [];
    await signOnline(name, ['--identity-token', at('token'), ...fulcio, ...flags()], bundle);
    await expectHolds(bundle, trusting(IDENTITY), trusting(`${IDENTITY}x`));
    const luaRoot = at(`lua ${how}`);
    const options = { root: { luaRoot }, bundle: at(bundle), expectedName: 'my-plugin' };
    await installPlugins([at('file')], { ...options, ...trusting(IDENTITY) });
    const verdict = await verifyInstalled([], { root: { luaRoot }, trustedRoot: trustedRoot() });
    expect(verdict.plugins).toMatchObject([{ trust: { signers: [{ subject: IDENTITY }] } }]);
  });

  it.each(['P-384', 'Ed25519'] as const)(
    'cosign 3 signs with %s what neither it nor we verify',
    async (kind) => {
      const prefix = `theirs ${kind}`;
      await makePair(prefix, kind);
      const bundle = `${prefix}.json`;
      const flags = ['--tlog-upload=false', '--use-signing-config=false'];
      const args = ['sign-blob', '--key', at(`${prefix}.key`), ...flags, '--bundle', at(bundle)];
      await runPeer('cosign3', [...args, at('file')], { env: LOOPBACK_ONLY });
      const key = ['--key', at(`${prefix}.pub`), '--bundle', at(bundle), at('file')];
      expect(await verifyBlob('cosign3', key)).not.toBe(0);
      const options = { keys: [publicKey(prefix)], bundle: at(bundle) };
      const code = kind === 'P-384' ? 'SIGNATURE_MISMATCH' : 'CONTENT_INVALID';
      await expectError(() => verifyFile(at('file'), options), code);
    },
  );
});
