import { KongcrateError } from '../errors/kongcrate-error.ts';

/** One signature whose certificate is missing or is not one that counts here, and why. */
export function wrongCertificate(reason: string, cause?: unknown): KongcrateError {
  return new KongcrateError('CERTIFICATE_MISMATCH', reason, {
    remedy: 'Check --certificate-identity, --certificate-oidc-issuer and --trusted-root.',
    cause,
  });
}
