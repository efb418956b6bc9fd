import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins, type InstallOptions } from '../../src/workflows/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { TestAuthority } from '../http/test-authority.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { writeSignedFile, type SignedFile } from '../support/signed-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const authority = new TestAuthority();
const ONE_TRY = { retries: { tries: 1 } };
const TRUSTED = { caCertificates: [authority.certificate], plainHttp: false, ...ONE_TRY };
let key: PrivateKey;
let signed: SignedFile;

beforeAll(async () => {
  key = await makeKey();
  signed = await writeSignedFile({ key });
});

async function serve(listener: RequestListener, isPlain = false): Promise<string> {
  const server = isPlain
    ? createServer(listener)
    : createTlsServer(authority.issue('files', 'IP:127.0.0.1'), listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `${isPlain ? 'http' : 'https'}://127.0.0.1:${port}`;
}

const answer =
  (bytes: Uint8Array, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status).end(bytes);
  };

const redirect =
  (to: string): RequestListener =>
  (_request, response) => {
    response.writeHead(302, { Location: to }).end();
  };

interface Install {
  readonly luaRoot: string;
  readonly run: (options?: Partial<InstallOptions>) => ReturnType<typeof installPlugins>;
}

function installOf(url: string, given: Partial<InstallOptions> = { allowUnsigned: true }): Install {
  const luaRoot = join(temporaryDirectory(), 'lua');
  const terms = { root: { luaRoot }, expectedName: 'my-plugin', registry: TRUSTED, ...given };
  return { luaRoot, run: (options = {}) => installPlugins([url], { ...terms, ...options }) };
}

describe('install of a URL', () => {
  it('goes by the bundle at another one; the receipt keeps no login and no query', async () => {
    const seen: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const isBundle = request.url?.startsWith('/p.sigstore.json') === true;
      response.end(isBundle ? readFileSync(signed.bundle) : signed.bytes);
    });
    const url = `${origin.replace('//', '//user:pass%20word@')}/a/p-1.0.0.tar.gz?token=secret#x`;
    const bundle = `${origin}/p.sigstore.json`;
    const { luaRoot, run } = installOf(url, { bundle, keys: [key.publicKey] });
    const { plugins } = await run();
    expect(plugins).toMatchObject([
      { state: 'installed', isFile: true, trust: { kind: 'signed' } },
    ]);
    expect(seen).toEqual([`Basic ${Buffer.from('user:pass word').toString('base64')}`, undefined]);
    expect(readStatus({ luaRoot }).plugins).toMatchObject([
      { file: `${origin}/a/p-1.0.0.tar.gz`, digest: digestOf(signed.bytes), drift: [] },
    ]);
    expect(JSON.stringify(plugins)).not.toContain('secret');
    const other = await makeKey();
    await expectError(
      () => installOf(url, { bundle, keys: [other.publicKey] }).run(),
      'SIGNATURE_MISMATCH',
    );
  });

  it('asks nobody before it is told which plugin it is, and who vouches', async () => {
    let requests = 0;
    const origin = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const url = `${origin}/p.tar.gz`;
    await expectError(() => installOf(url, {}).run(), 'USAGE');
    const unnamed = { root: { luaRoot: temporaryDirectory() }, allowUnsigned: true };
    await expectError(() => installPlugins([url], { ...unnamed, registry: TRUSTED }), 'USAGE');
    await expectError(
      () => installPlugins([`${origin}/acme/p:1.0.0`], unnamed),
      'REFERENCE_INVALID',
    );
    expect(requests).toBe(0);
  });

  it.each([
    [404, 'NOT_FOUND'],
    [401, 'AUTHENTICATION_FAILED'],
    [403, 'REGISTRY_ERROR'],
    [429, 'REGISTRY_LIMIT'],
    [500, 'REGISTRY_ERROR'],
  ] as const)('says of %i: %s', async (status, code) => {
    const origin = await serve(answer(Buffer.from('no'), status));
    const url = `${origin.replace('//', '//me:hidden@')}/p.tar.gz?key=hidden`;
    const error = await expectError(() => installOf(url).run(), code);
    expect(JSON.stringify([error.message, error.details])).not.toContain('hidden');
  });

  it('takes plain HTTP from this machine only, unless told', async () => {
    const origin = await serve(answer(signed.bytes), true);
    expect((await installOf(`${origin}/p.tar.gz`).run()).plugins).toHaveLength(1);
    const away = installOf('http://files.invalid/p.tar.gz');
    await expectError(() => away.run(), 'USAGE');
    const plain = { registry: { ...ONE_TRY, plainHttp: true } };
    await expectError(() => away.run(plain), 'NETWORK_FAILED');
  });

  it('follows no redirect to plain HTTP or to a file, and takes no login elsewhere', async () => {
    const plain = await serve(answer(signed.bytes), true);
    for (const target of [`${plain}/p.tar.gz`, 'file:///etc/passwd', 'ftp://files.invalid/p']) {
      const url = `${await serve(redirect(target))}/p.tar.gz`;
      await expectError(() => installOf(url).run(), 'REDIRECT_REFUSED');
    }
    let authorization: string | undefined = 'none yet';
    const other = await serve((request, response) => {
      authorization = request.headers.authorization;
      response.end(signed.bytes);
    });
    const origin = await serve(redirect(`${other}/elsewhere`));
    const { plugins } = await installOf(`${origin.replace('//', '//me:hidden@')}/p.tgz`).run();
    expect(plugins).toHaveLength(1);
    expect(authorization).toBeUndefined();
  });

  it('trusts no unknown authority', async () => {
    const url = `${await serve(answer(signed.bytes))}/p.tar.gz`;
    await expectError(() => installOf(url).run({ registry: ONE_TRY }), 'NETWORK_FAILED');
  });

  it('stops at the limit, announced or not, and at an end that comes too early', async () => {
    const large = Buffer.alloc(200_000);
    const announced = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': large.length }).end(large);
    });
    const endless = await serve((_request, response) => {
      const write = (): void => {
        while (response.write(large));
      };
      response.on('drain', write);
      write();
    });
    for (const origin of [announced, endless]) {
      const { run } = installOf(`${origin}/p.tar.gz`);
      await expectError(() => run({ maxLayerBytes: 100_000 }), 'CONTENT_TOO_LARGE');
      const bundled = installOf(`${origin}/p.tar.gz`, {
        bundle: signed.bundle,
        keys: [key.publicKey],
      });
      await expectError(() => bundled.run({ maxLayerBytes: 100_000 }), 'CONTENT_TOO_LARGE');
    }
    const short = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': 500_000 });
      response.write(signed.bytes);
      setTimeout(() => response.destroy(), 20);
    });
    await expectError(() => installOf(`${short}/p.tar.gz`).run(), 'NETWORK_FAILED');
  });

  it('expands no bomb', async () => {
    const url = `${await serve(answer(gzipSync(Buffer.alloc(4_000_000))))}/p.tar.gz`;
    const limits = { maxUnpackedBytes: 1_000_000, maxFiles: 10 };
    await expectError(() => installOf(url).run({ limits }), 'ARCHIVE_REFUSED');
  });
});
