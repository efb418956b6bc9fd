import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PUBLIC_GOOD } from '../../../src/signing/trust-root.ts';
import { copyArtifacts } from '../../../src/workflows/copy/copy-artifacts.ts';
import { unpackTrust } from '../../../src/workflows/copy/unpack-trust.ts';
import { unpackArchive } from '../../../src/workflows/unpack-archive.ts';
import { verifyArtifact } from '../../../src/workflows/verify-artifact.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { publish } from '../../support/published.ts';
import { tarFile, tarOf } from '../../support/tar-builder.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const ROOT = Buffer.from(PUBLIC_GOOD.json);
let key: PrivateKey;
let source: string;

beforeAll(async () => {
  key = await makeKey();
  source = (await publish({ key })).reference;
  const trust = [Buffer.from(key.publicKey.pem), ROOT];
  await copyArtifacts([source], `oci-archive:${at('carry.tar')}`, { trust });
});

describe('keys and trusted roots beside artifacts', () => {
  it('come out as they went in, with their fingerprints', async () => {
    const unpacked = await unpackTrust(at('carry.tar'), at('keys'));
    expect(unpacked.map(({ kind }) => kind).sort()).toEqual(['key', 'trusted-root']);
    for (const { kind, path, fingerprint } of unpacked) {
      const expected = kind === 'key' ? key.publicKey.pem : PUBLIC_GOOD.json;
      expect(readFileSync(path, 'utf8')).toBe(expected);
      if (kind === 'key') expect(fingerprint).toBe(key.publicKey.keyId);
    }
    await expectError(() => unpackTrust(at('carry.tar'), at('keys')), 'NOT_OURS');
  });

  it('are used by nobody who is not told', async () => {
    const archive = `oci-archive:${at('carry.tar')}:1.0.0`;
    await expectError(() => verifyArtifact(archive, {}), 'TRUST_MISSING');
    const stranger = await makeKey();
    const keys = [stranger.publicKey];
    await expectError(() => verifyArtifact(archive, { keys }), 'SIGNATURE_MISMATCH');
    await verifyArtifact(archive, { keys: [key.publicKey] });
  });

  it('stay away from the plugin that is unpacked', async () => {
    const { files } = await unpackArchive(at('carry.tar'), { directory: at('plugin') });
    expect(files.map(({ path }) => path.split('/')[0])).toEqual(['kong', 'kong']);
  });

  it('go into a layout too, twice as well', async () => {
    const trust = [Buffer.from(key.publicKey.pem)];
    for (const tag of ['1.0.0', 'next'])
      await copyArtifacts([source], `oci-layout:${at('layout')}:${tag}`, { trust });
    expect(await unpackTrust(at('layout'), at('from-layout'))).toHaveLength(1);
  });

  it.each([
    ['no key', 'hello', 'KEY_INVALID'],
    [
      'a private key',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
      'KEY_INVALID',
    ],
    ['no trusted root', '{"mediaType":"application/json"}', 'TRUSTED_ROOT_INVALID'],
  ] as const)('%s is not put there', async (_, text, code) => {
    const copy = (): Promise<unknown> =>
      copyArtifacts([source], `oci-archive:${at('refused.tar')}`, { trust: [Buffer.from(text)] });
    await expectError(copy, code);
    expect(existsSync(at('refused.tar'))).toBe(false);
  });

  it.each([
    ['another name', 'trust/cosign.pub', (pem: string) => pem],
    ['another key under the name', `trust/${'0'.repeat(64)}.pub`, (pem: string) => pem],
    ['no key', `trust/${'0'.repeat(64)}.pub`, () => 'hello'],
    ['a path that leads on', `trust/a/${'0'.repeat(64)}.pub`, (pem: string) => pem],
  ])('%s is not written', async (_, name, change) => {
    const file = at('hostile.tar');
    writeFileSync(file, tarOf(tarFile(name, change(key.publicKey.pem))));
    await expectError(() => unpackTrust(file, at('hostile')), 'CONTENT_INVALID');
    expect(existsSync(at('hostile'))).toBe(false);
  });

  it('says where there are none', async () => {
    await copyArtifacts([source], `oci-archive:${at('bare.tar')}`);
    await expectError(() => unpackTrust(at('bare.tar'), at('none')), 'NOT_FOUND');
  });
});
