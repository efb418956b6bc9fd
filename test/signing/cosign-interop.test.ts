import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parseManifest } from '../../src/content/manifest.ts';
import { referrersTagOf, signatureTagOf } from '../../src/reference/digest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { generateKeyPair, importKeyPair } from '../../src/signing/key-pair.ts';
import { openPrivateKey, type PrivateKey } from '../../src/signing/private-key.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { makeKey, pushIndex, sha256Hex, signWith, storeWithSubject, toBytes } from './support.ts';

type Place = Awaited<ReturnType<typeof storeWithSubject>>;
const PASSWORD = 'päss word';
const COSIGNS = ['cosign2', 'cosign3'] as const;

/** cosign 2 reads the legacy signature; cosign 3 the bundle, and the legacy one when told. */
const VERIFY = [['cosign2'], ['cosign3'], ['cosign3', '--new-bundle-format=false']] as const;

function cosign(
  name: (typeof COSIGNS)[number],
  args: readonly string[],
  cwd?: string,
): Promise<RunResult> {
  const env = { COSIGN_PASSWORD: PASSWORD };
  return run(peer(name), args, { env, ...(cwd === undefined ? {} : { cwd }) });
}

function writeFile(name: string, text: string): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describeWithPeers(COSIGNS, 'key files and the real cosign', () => {
  it.each(COSIGNS)('%s opens the pair that we make', async (name) => {
    const { privateKeyPem, publicKeyPem } = await generateKeyPair(Buffer.from(PASSWORD));
    const path = writeFile('cosign.key', privateKeyPem);
    const { stdout, stderr } = await cosign(name, ['public-key', '--key', path]);
    expect(stdout.trim(), stderr).toBe(publicKeyPem.trim());
  });

  it.each(COSIGNS)('%s opens an RSA key that we import', async (name) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const pair = await importKeyPair(pem, Buffer.from(PASSWORD));
    const path = writeFile('cosign.key', pair.privateKeyPem);
    const { stdout, stderr } = await cosign(name, ['public-key', '--key', path]);
    expect(stdout.trim(), stderr).toBe(pair.publicKeyPem.trim());
  });

  it.each(COSIGNS)('we open the pair that %s makes', async (name) => {
    const directory = temporaryDirectory();
    const { status, stderr } = await cosign(name, ['generate-key-pair'], directory);
    expect(status, stderr).toBe(0);
    const pem = readFileSync(join(directory, 'cosign.key'), 'utf8');
    const { publicKey } = await openPrivateKey(pem, { password: Buffer.from(PASSWORD) });
    expect(publicKey.pem).toBe(readFileSync(join(directory, 'cosign.pub'), 'utf8'));
  });
});

describeWithPeers([...COSIGNS, 'docker-registry'], 'signatures and the real cosign', () => {
  let host = '';
  beforeAll(async () => {
    ({ host } = await startDockerRegistry());
  });

  it.each([
    ['P-256', () => makeKey()],
    ['P-384', () => makeKey(() => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }))],
    ['RSA', () => makeKey(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))],
    ['Ed25519', () => makeKey(() => generateKeyPairSync('ed25519'))],
  ])('both verify what we sign with %s, and not with another key', async (what, make) => {
    const key = await make();
    const repository = `${host}/acme/${what.toLowerCase()}`;
    const place = await storeWithSubject();
    await signWith(key, place, { repository, annotations: { stage: 'prod', '10': '<é&>' } });
    const reference = await upload(repository, place);
    for (const command of VERIFY) {
      const args = [...command, '-a', 'stage=prod', '-a', '10=<é&>', reference] as const;
      const good = await verify(key, args);
      expect(good.status, good.stderr).toBe(0);
      const bad = await verify(await makeKey(), args);
      expect(bad.status).not.toBe(0);
    }
  });

  it('cosign adds its signature to ours and keeps it', async () => {
    const key = await makeKey();
    const repository = `${host}/acme/appended`;
    const place = await storeWithSubject();
    await signWith(key, place, { repository });
    const reference = await upload(repository, place);
    const { privateKeyPem } = await generateKeyPair(Buffer.from(PASSWORD));
    const path = writeFile('cosign.key', privateKeyPem);
    const args = ['sign', '--key', path, '--tlog-upload=false', '--yes', reference];
    const { status, stderr } = await cosign('cosign2', args);
    expect(status, stderr).toBe(0);
    const tag = signatureTagOf(place.subject.descriptor.digest);
    const manifest = parseManifest(await download(repository, tag), OCI_MANIFEST);
    expect(manifest.kind === 'manifest' && manifest.layers).toHaveLength(2);
    const good = await verify(key, ['cosign2', reference]);
    expect(good.status, good.stderr).toBe(0);
  });
});

function verify(
  { publicKey }: PrivateKey,
  [name, ...args]: readonly [(typeof COSIGNS)[number], ...string[]],
): Promise<RunResult> {
  const key = writeFile('cosign.pub', publicKey.pem);
  return cosign(name, ['verify', '--key', key, '--insecure-ignore-tlog=true', ...args]);
}

/** Copies a store into a registry without the product's registry client. */
async function upload(repository: string, { store, subject }: Place): Promise<string> {
  const { digest } = subject.descriptor;
  const listed = await store.referrers(digest);
  await store.tag(await pushIndex(store, listed), referrersTagOf(digest));
  const { blobs, tags } = store.snapshot();
  for (const bytes of [...blobs.values(), toBytes('{}'), toBytes('layer')])
    await putBlob(repository, bytes);
  const put = (reference: string, mediaType: string, from: string): Promise<void> =>
    putManifest(repository, { reference, mediaType, bytes: blobs.get(from as typeof digest) });
  for (const descriptor of [subject.descriptor, ...listed])
    await put(descriptor.digest, descriptor.mediaType, descriptor.digest);
  for (const [tag, descriptor] of Object.entries(tags))
    await put(tag, descriptor.mediaType, descriptor.digest);
  return `${repository}@${digest}`;
}

function urlOf(repository: string, rest: string): string {
  const [host = '', ...path] = repository.split('/');
  return `http://${host}/v2/${path.join('/')}/${rest}`;
}

async function putBlob(repository: string, bytes: Uint8Array): Promise<void> {
  const started = await fetch(urlOf(repository, 'blobs/uploads/'), { method: 'POST' });
  const url = new URL(started.headers.get('location') ?? '');
  url.searchParams.set('digest', `sha256:${sha256Hex(bytes)}`);
  const response = await fetch(url, { method: 'PUT', body: Buffer.from(bytes) });
  expect(response.status, await response.text()).toBe(201);
}

interface Upload {
  readonly reference: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array | undefined;
}

async function putManifest(
  repository: string,
  { reference, mediaType, bytes }: Upload,
): Promise<void> {
  const response = await fetch(urlOf(repository, `manifests/${reference}`), {
    method: 'PUT',
    headers: { 'content-type': mediaType },
    body: Buffer.from(bytes ?? ''),
  });
  expect(response.status, await response.text()).toBe(201);
}

async function download(repository: string, reference: string): Promise<Buffer> {
  const response = await fetch(urlOf(repository, `manifests/${reference}`), {
    headers: { accept: [OCI_MANIFEST, OCI_INDEX].join(', ') },
  });
  return Buffer.from(await response.arrayBuffer());
}
