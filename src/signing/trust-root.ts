import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import publicGood from './roots/public-good.json' with { type: 'json' };

/** What @sigstore/verify holds proofs against; the keys are the caller's. */
export type RootMaterial = Omit<TrustMaterial, 'publicKey'>;

/** The authorities and logs that certificates, log entries and timestamps are held against. */
export interface TrustRoot {
  /** What the file says, for people. */
  readonly document: TrustedRoot;
  /** What proofs are held against. */
  readonly material: RootMaterial;
}

const MEDIA_TYPES: readonly string[] = [
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot+json;version=0.2',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
];

/** The root of sigstore's public-good instance inside this package: its mirror, the day it is from. */
export const PUBLIC_GOOD: Readonly<Record<'source' | 'date' | 'json', string>> = {
  source: publicGood.source,
  date: publicGood.date,
  json: JSON.stringify(publicGood.trustedRoot),
};

/**
 * Reads a trusted root, such as `cosign trusted-root create` writes it.
 * @throws KongcrateError TRUSTED_ROOT_INVALID
 */
export function readTrustRoot(json: string): TrustRoot {
  try {
    const document = TrustedRoot.fromJSON(JSON.parse(json));
    if (!MEDIA_TYPES.includes(document.mediaType))
      throw new Error(`its mediaType is ${JSON.stringify(document.mediaType)}`);
    for (const { baseUrl, publicKey } of [...document.tlogs, ...document.ctlogs])
      // @sigstore/verify takes a missing start for "since ever" (trustroot.proto: it is required).
      if (!publicKey?.validFor?.start)
        throw new Error(`the key of the log ${baseUrl} does not say from when it holds`);
    return { document, material: toTrustMaterial(document) };
  } catch (cause) {
    throw new KongcrateError('TRUSTED_ROOT_INVALID', `no trusted root: ${messageOf(cause)}`, {
      remedy: 'Give --trusted-root a file of cosign trusted-root create, or leave it out.',
      cause,
    });
  }
}
