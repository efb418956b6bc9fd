import { execFileSync } from 'node:child_process';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterThisFile } from './clean-up.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const TOKEN_USER = 'alice';
export const TOKEN_PASSWORD = 'correct horse';
export const IDENTITY_TOKEN = 'identity-of-alice';
const SERVICE = 'registry-of-the-tests';
const ISSUER = 'token-server-of-the-tests';

/** What one token request asked for, and as whom. */
export interface TokenRequestSeen {
  readonly method: string;
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

/** A token server by docker's specification, over real HTTP, whose tokens a registry checks. */
export interface TokenServer {
  readonly realm: string;
  /** What a docker-registry needs in its configuration under `auth`. */
  readonly registryAuth: object;
  /** The same for a registry that names the server by another address. */
  withRealm(realm: string): object;
  readonly seen: readonly TokenRequestSeen[];
  /** Makes the next tokens expire in the past: the registry refuses them. */
  expireTokens(expired: boolean): void;
}

/**
 * Starts a token server on 127.0.0.1, stopped after the last test of the file. Anonymous users may
 * pull below `public/`; {@link TOKEN_USER} may pull and push everywhere.
 * @param tls certificate and key as PEM: it then speaks TLS only
 */
export async function startTokenServer(tls?: {
  readonly cert: string;
  readonly key: string;
}): Promise<TokenServer> {
  const { key, certificateFile } = makeKey();
  const seen: TokenRequestSeen[] = [];
  let lifetimeS = 300;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await readRequest(request);
    seen.push({ method: request.method ?? '', user: asked.user, scopes: asked.scopes });
    if (asked.user === 'wrong') {
      reply(response, 401, { details: 'wrong user or password' });
      return;
    }
    const access = asked.scopes.map((scope) => grant(scope, asked.user));
    const token = makeToken(key, { access, lifetimeS });
    reply(response, 200, { token, expires_in: Math.max(lifetimeS, 60) });
  };
  const listener: RequestListener = (request, response) => void answer(request, response);
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisFile(() => {
    server.closeAllConnections();
    server.close();
  });
  const realm = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const withRealm = (named: string): object => ({
    token: { realm: named, service: SERVICE, issuer: ISSUER, rootcertbundle: certificateFile },
  });
  const expireTokens = (expired: boolean): void => {
    lifetimeS = expired ? -300 : 300;
  };
  return { realm, registryAuth: withRealm(realm), withRealm, seen, expireTokens };
}

interface Asked {
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    const isKnown = form.get('refresh_token') === IDENTITY_TOKEN;
    return { user: isKnown ? TOKEN_USER : 'wrong', scopes: form.getAll('scope') };
  }
  const scopes = new URL(request.url ?? '', 'http://token').searchParams.getAll('scope');
  const { authorization } = request.headers;
  if (authorization === undefined) return { user: undefined, scopes };
  const right = `Basic ${Buffer.from(`${TOKEN_USER}:${TOKEN_PASSWORD}`).toString('base64')}`;
  return { user: authorization === right ? TOKEN_USER : 'wrong', scopes };
}

/** `repository:NAME:actions`, cut down to what the user may do. */
function grant(scope: string, user: string | undefined): object {
  const [type, name = '', actions = ''] = scope.split(':');
  const anonymous = name.startsWith('public/') ? ['pull'] : [];
  const allowed = user === TOKEN_USER ? ['pull', 'push'] : anonymous;
  return { type, name, actions: actions.split(',').filter((action) => allowed.includes(action)) };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function makeKey(): { key: KeyObject; certificateFile: string } {
  const directory = temporaryDirectory();
  const [keyFile, certificateFile] = [join(directory, 'key'), join(directory, 'certificate')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const names = ['-nodes', '-subj', '/CN=tokens', '-keyout', keyFile, '-out', certificateFile];
  execFileSync('openssl', [...request, ...names], { stdio: 'ignore' });
  return { key: createPrivateKey(readFileSync(keyFile)), certificateFile };
}

function makeToken(
  key: KeyObject,
  claims: { access: readonly object[]; lifetimeS: number },
): string {
  const nowS = Math.floor(Date.now() / 1000);
  const parts = [
    { typ: 'JWT', alg: 'ES256', kid: keyIdOf(key) },
    {
      iss: ISSUER,
      sub: TOKEN_USER,
      aud: SERVICE,
      nbf: nowS - 600,
      iat: nowS - 600,
      exp: nowS + claims.lifetimeS,
      jti: randomUUID(),
      access: claims.access,
    },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = sign('sha256', Buffer.from(signed.join('.')), {
    key,
    dsaEncoding: 'ieee-p1363',
  });
  return [...signed, signature.toString('base64url')].join('.');
}

/** libtrust's name of a key: the first 30 bytes of its sha256 in base32, in groups of four. */
function keyIdOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(der).digest().subarray(0, 30);
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{5}/g) ?? [];
  const base32 = letters.map((five) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(parseInt(five, 2)),
  );
  return (base32.join('').match(/.{4}/g) ?? []).join(':');
}
