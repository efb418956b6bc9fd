import type { KeyObject } from 'node:crypto';
import { publicKeyInfo } from './certificate.ts';
import type { Fulcio } from './fulcio.ts';
import type { Rekor } from './rekor-v1.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import { sha256 } from './sha256.ts';

export interface Services {
  readonly fulcio: Fulcio;
  readonly rekor1: Rekor;
  readonly rekor2: Rekor;
  readonly timestampAuthority: TimestampAuthority;
}

/** The file that says whom to trust, as `cosign trusted-root create` writes it. */
export interface TrustedRootJson {
  readonly mediaType: string;
  readonly tlogs: readonly LogJson[];
  readonly certificateAuthorities: readonly AuthorityJson[];
  readonly ctlogs: readonly LogJson[];
  readonly timestampAuthorities: readonly AuthorityJson[];
}

export interface Validity {
  readonly start: string;
  readonly end?: string;
}

export interface LogJson {
  readonly baseUrl: string;
  readonly hashAlgorithm: 'SHA2_256';
  readonly publicKey: {
    readonly rawBytes: string;
    readonly keyDetails: string;
    readonly validFor: Validity;
  };
  readonly logId: { readonly keyId: string };
}

export interface AuthorityJson {
  readonly subject: { readonly organization: string; readonly commonName: string };
  readonly uri: string;
  readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] };
  readonly validFor: Validity;
}

/** @param start from when on everything in it is valid */
export function makeTrustedRoot(services: Services, start: Date): TrustedRootJson {
  const { fulcio, rekor1, rekor2, timestampAuthority } = services;
  const validFor = { start: toStart(start) };
  const logOf = (baseUrl: string, logId: Buffer, key: KeyObject): LogJson => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKeyInfo(key).toString('base64'),
      keyDetails: key.asymmetricKeyType === 'ed25519' ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId: logId.toString('base64') },
  });
  const authorityOf = (
    commonName: string,
    uri: string,
    chain: readonly Buffer[],
  ): AuthorityJson => ({
    subject: { organization: 'local-sigstore', commonName },
    uri,
    certChain: { certificates: chain.map((der) => ({ rawBytes: der.toString('base64') })) },
    validFor,
  });
  const { publicKey } = fulcio.authority.logKeys;
  const { endpoint, certificates } = timestampAuthority;
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [rekor1, rekor2].map(({ url, logId, keys }) => logOf(url, logId, keys.publicKey)),
    certificateAuthorities: [authorityOf('fulcio', fulcio.url, [fulcio.authority.rootCertificate])],
    ctlogs: [logOf(fulcio.url, sha256(publicKeyInfo(publicKey)), publicKey)],
    timestampAuthorities: [authorityOf('timestamp root', endpoint, certificates)],
  };
}

/** In whole seconds, as cosign writes it. */
export function toStart(start: Date): string {
  return start.toISOString().replace(/\.\d+/, '');
}
