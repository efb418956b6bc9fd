import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkNewCertificate } from '../signing/check-new-certificate.ts';
import { toPublicKey } from '../signing/public-key.ts';
import type { Signer, SigningCertificate } from '../signing/signer.ts';
import type { TrustRoot } from '../signing/trust-root.ts';
import { askService, readAnswer, type ServicePlace } from './ask-service.ts';
import type { IdentityToken } from './identity-token.ts';

export interface FulcioOptions {
  readonly fulcio: ServicePlace;
  /** What the certificate is held against before it is used. */
  readonly root: TrustRoot;
  readonly signal?: AbortSignal;
}

/** Who signs with a key that nobody keeps. */
export interface CertifiedSigner extends Signer {
  readonly certificate: SigningCertificate;
}

const NAME = 'Fulcio';

/**
 * Makes a key for this one time and has Fulcio certify whose it is (API v2, `signingCert`).
 * @throws KongcrateError IDENTITY_TOKEN_INVALID, CERTIFICATE_MISMATCH, SIGNING_SERVICE_ERROR,
 *   NETWORK_FAILED, TIMED_OUT
 */
export async function openFulcioSigner(
  token: IdentityToken,
  { fulcio, root, signal }: FulcioOptions,
): Promise<CertifiedSigner> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const identity = toPublicKey(publicKey);
  const request = {
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: identity.pem },
      proofOfPossession: sign('sha256', Buffer.from(token.subject), privateKey).toString('base64'),
    },
  };
  const answer = await askService(fulcio, {
    name: NAME,
    path: '/api/v2/signingCert',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token.text}`,
    },
    body: Buffer.from(JSON.stringify(request)),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    throw asTokenRefusal(error);
  });
  const [leaf, ...chain] = readAnswer(NAME, answer, readChain);
  const names = checkNewCertificate(leaf, root, identity);
  return {
    identity,
    certificate: { leaf, chain, names },
    sign: (payload) => Promise.resolve({ signature: sign('sha256', payload, privateKey) }),
  };
}

/** Fulcio's words about a token that it does not take can repeat it. */
function asTokenRefusal(error: unknown): unknown {
  if (!(error instanceof KongcrateError) || error.code !== 'SIGNING_SERVICE_ERROR') return error;
  const status = error.details['status'];
  if (status !== 400 && status !== 401 && status !== 403) return error;
  return new KongcrateError(
    'IDENTITY_TOKEN_INVALID',
    `Fulcio certifies nobody by this identity token: it answered ${status}`,
    {
      remedy: 'Nothing was pushed. Check that this Fulcio trusts the issuer of the token.',
      details: { status },
    },
  );
}

function readChain(json: unknown): readonly [Buffer, ...Buffer[]] {
  const { signedCertificateEmbeddedSct } = json as {
    readonly signedCertificateEmbeddedSct: {
      readonly chain: { readonly certificates: readonly string[] };
    };
  };
  const [leaf, ...chain] = signedCertificateEmbeddedSct.chain.certificates.map(
    (pem) => new X509Certificate(pem).raw,
  );
  if (!leaf) throw new Error('an empty chain');
  return [leaf, ...chain];
}
