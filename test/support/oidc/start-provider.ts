import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration, type InteractionResults } from 'oidc-provider';
import { afterThisFile } from '../clean-up.ts';
import { makeKeys, type KeyPair } from '../local-sigstore/certificate.ts';
import { readClaims, signToken } from '../local-sigstore/identity-token.ts';

/** Who logs in here. */
export const PERSON = 'ada@acme.example';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What the provider does from now on. */
export interface ProviderHabits {
  /** The user says no. */
  readonly denies?: boolean;
  /** Put in place of what the identity token says. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Put in place of what the metadata says. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** How long a code for a device is good. */
  readonly deviceCodeLifetimeS?: number;
}

/** A real OpenID provider that logs in one person, without asking for a password. */
export interface OidcProvider {
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** What it was asked and answered, as `METHOD /path status`. */
  readonly requests: readonly string[];
  /** Every identity token that it gave away. */
  readonly tokens: readonly string[];
  behave(habits: ProviderHabits): void;
}

/** Starts it on a port of its own, stopped after the last test of the file. */
export async function startOidcProvider(): Promise<OidcProvider> {
  const keys = makeKeys();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisFile(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const requests: string[] = [];
  const tokens: string[] = [];
  let habits: ProviderHabits = {};
  const provider = new Provider(
    issuer,
    configurationFor(keys, () => habits),
  );
  provider.use(async (context, next) => {
    await next();
    requests.push(`${context.method} ${context.path} ${context.status}`);
    const body = context.body as Record<string, unknown> | undefined;
    if (context.path === '/.well-known/openid-configuration')
      context.body = { ...body, ...habits.metadata };
    // The shortest that a client takes: five seconds otherwise.
    if (context.path === '/device/auth') context.body = { ...body, interval: 0.05 };
    if (typeof body?.['id_token'] !== 'string') return;
    const token = signToken(keys, { ...readClaims(body['id_token']), ...habits.claims });
    context.body = { ...body, id_token: token };
    tokens.push(token);
  });
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void (request.url?.startsWith('/log-in/') === true
      ? provider.interactionFinished(request, response, decision(habits))
      : answer(request, response));
  });
  return {
    ...{ issuer, publicKey: keys.publicKey, requests, tokens },
    behave: (wanted) => {
      habits = wanted;
    },
  };
}

function decision({ denies }: ProviderHabits): InteractionResults {
  // A client on somebody's machine needs consent each time, which is what `consent` says.
  return denies ? { error: 'access_denied' } : { login: { accountId: 'ada' }, consent: {} };
}

function configurationFor({ privateKey }: KeyPair, habits: () => ProviderHabits): Configuration {
  return {
    clients: ['sigstore', 'other'].map((clientId) => ({
      client_id: clientId,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', DEVICE_GRANT],
      // The port is the client's choice (RFC 8252, 7.3).
      redirect_uris: ['http://localhost/auth/callback'],
      id_token_signed_response_alg: 'ES256',
    })),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: ['local'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, deviceFlow: { enabled: true } },
    ttl: { DeviceCode: () => habits().deviceCodeLifetimeS ?? 600 },
    interactions: { url: (_context, { uid }) => `/log-in/${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: PERSON, email_verified: true }),
    }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId,
        accountId: oidc.session?.accountId,
      });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  };
}
