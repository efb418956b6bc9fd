import { expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { followRedirects } from '../../src/http/follow-redirects.ts';
import type { HttpRequest } from '../../src/http/transport.ts';
import type { Credentials } from '../../src/registry/credentials/credentials.ts';
import {
  authorized,
  createNetwork,
  get,
  OK,
  REGISTRY,
  token,
  unauthorized,
  type Answer,
} from '../registry/auth-support.ts';
import { fc } from '../support/properties.ts';

const SECRET = 'S3CRET';
const PAIRED = 'paired.example';
/** Where a token went to must not matter: those of the token server are secrets too. */
const TOKEN = `${SECRET}-token`;

const origin = fc.constantFrom(
  ...['https://registry.example', 'https://registry.example:8443', 'http://registry.example'],
  ...['https://registry.example.evil', 'https://evil.example', 'https://paired.example'],
  ...['https://paired.example:444', 'https://xpaired.example', 'https://169.254.169.254'],
  ...['https://registry.example@evil.example', 'https://auth.docker.io', '', '/'],
);
const place = fc
  .tuple(origin, fc.constantFrom('/token', '/v2/', '/x?y=z'))
  .map((parts) => parts.join(''));
const quoted = place.map((realm) => `Bearer realm="${realm}", service="s"`);
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constant(OK),
  fc.constant(token(TOKEN)),
  place.map((location) => ({ status: 307, headers: { location } })),
  fc
    .array(fc.oneof(quoted, fc.constantFrom('Basic realm="x"', 'Negotiate', 'Bearer realm="')), {
      minLength: 1,
      maxLength: 3,
    })
    .map((challenges) => unauthorized(challenges.join(', '))),
);
const credentials: fc.Arbitrary<Credentials> = fc.constantFrom<Credentials>(
  { kind: 'basic', username: 'alice', password: SECRET, source: 'x' },
  { kind: 'identity-token', token: SECRET, source: 'x' },
  { kind: 'access-token', token: SECRET, source: 'x' },
);

/** Everything of a request that could carry a secret, base64 undone. */
function textOf({ url, headers, body }: HttpRequest): string {
  const values = Object.values(headers).map((value) =>
    value.startsWith('Basic ') ? Buffer.from(value.slice(6), 'base64').toString() : value,
  );
  return [url.href, ...values, Buffer.from((body as Uint8Array | undefined) ?? []).toString()].join(
    '\n',
  );
}

function mayHoldSecret(url: URL): boolean {
  if (url.origin === REGISTRY.origin) return true;
  return url.protocol === 'https:' && (url.hostname === REGISTRY.hostname || url.host === PAIRED);
}

it('no list of realms and hops ever carries a secret to another origin', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 12 }),
      credentials,
      async (answers, given) => {
        let at = 0;
        const network = createNetwork(() => answers[at++ % answers.length] ?? OK);
        const send = followRedirects(authorized(network, given, { trustedAuthHosts: [PAIRED] }), {
          registry: REGISTRY,
        });
        for (const request of [get(), get(undefined, 'PUT'), get('/v2/')])
          await send(request).catch((error: unknown) => {
            if (!(error instanceof KongcrateError)) throw error;
            expect(`${error.message} ${error.remedy}`).not.toContain(SECRET);
          });
        const leaked = network.requests.filter(
          (request) => textOf(request).includes(SECRET) && !mayHoldSecret(request.url),
        );
        expect(leaked.map(({ url }) => url.href)).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
});
