import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AlternativeName, TokenSpec } from '../support/local-sigstore/identity-token.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';

let sigstore: LocalSigstore;
beforeAll(async () => {
  sigstore = await startLocalSigstore();
});

/** Asks Fulcio's API v2 for a certificate for a new key. */
function askFulcio(token: string, { urls }: LocalSigstore = sigstore): Promise<Response> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const content = publicKey.export({ type: 'spki', format: 'pem' });
  return fetch(`${urls.fulcio}/api/v2/signingCert`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ publicKeyRequest: { publicKey: { content } } }),
  });
}

async function certificateFor(spec: TokenSpec, from = sigstore): Promise<X509Certificate> {
  const response = await askFulcio(from.token(spec), from);
  expect(response.status).toBe(200);
  const { signedCertificateEmbeddedSct } = (await response.json()) as {
    signedCertificateEmbeddedSct: { chain: { certificates: [string, string] } };
  };
  return new X509Certificate(signedCertificateEmbeddedSct.chain.certificates[0]);
}

describe('Fulcio', () => {
  it('names the subject, the mail address, or what the token asks for, in its order', async () => {
    const names: readonly AlternativeName[] = [
      { kind: 'mail', value: 'bob@example.com' },
      { kind: 'uri', value: 'https://example.com/b' },
      { kind: 'username', value: 'bob!example.com' },
    ];
    const read = async (spec: TokenSpec): Promise<string | undefined> =>
      (await certificateFor(spec)).subjectAltName;
    expect(await read({ subject: 'https://example.com/a' })).toBe('URI:https://example.com/a');
    expect(await read({ email: 'alice@example.com' })).toBe('email:alice@example.com');
    expect(await read({ names })).toBe(
      'email:bob@example.com, URI:https://example.com/b, othername:<unsupported>',
    );
  });

  it('writes issuer and claims into the extensions', async () => {
    const issuer = 'https://issuer.example.com';
    const { raw } = await certificateFor({ issuer, claims: { repository: 'acme/kong-plugins' } });
    expect(raw.includes(issuer)).toBe(true);
    expect(raw.includes('https://github.com/acme/kong-plugins')).toBe(true);
  });

  it('gives certificates the lifetime that is asked for, on its own clock', async () => {
    const hourMs = 60 * 60 * 1000;
    const other = await startLocalSigstore({ clockOffsetMs: -hourMs, certificateLifetimeMs: 5000 });
    const { validFrom, validTo } = await certificateFor({}, other);
    const [from, to] = [new Date(validFrom).getTime(), new Date(validTo).getTime()];
    expect(to - from).toBe(5000);
    expect(to).toBeLessThan(Date.now() - hourMs + 2 * 60_000);
  });

  it('refuses a token of another provider', async () => {
    const stranger = await startLocalSigstore();
    const response = await askFulcio(stranger.token());
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('not signed by the local provider');
    await stranger.stop();
    await expect(fetch(stranger.urls.fulcio)).rejects.toThrow('fetch failed');
  });
});
