import type { VerifiedSubject } from '../../content/verified-subject.ts';
import { REPOSITORY_ANNOTATION } from '../../reference/media-types.ts';
import type { PublicKey } from '../../signing/public-key.ts';

/** What a new signature has to say, as signing takes it. */
export interface RepeatedClaims {
  readonly repository?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly bundleAnnotations: Readonly<Record<string, string>>;
}

/**
 * What the old key said of an artifact. The repository is repeated too: an artifact that was copied
 * with its signatures must not be signed for a place that the old key never named.
 */
export function claimsToRepeat(
  { trust }: VerifiedSubject,
  oldKeys: readonly PublicKey[],
): RepeatedClaims {
  const signers = trust.kind === 'signed' ? trust.signers : [];
  const old = signers.find(
    (signer) => signer.kind === 'key' && oldKeys.some(({ keyId }) => keyId === signer.keyId),
  );
  const { [REPOSITORY_ANNOTATION]: named, ...annotations } = old?.annotations ?? {};
  const repository = old?.signedReference ?? named;
  return {
    ...(repository === undefined ? {} : { repository }),
    annotations,
    bundleAnnotations: named === undefined ? {} : { [REPOSITORY_ANNOTATION]: named },
  };
}
