import type { CertificateSigner, KeySigner } from '../../content/verified-subject.ts';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { readPublicKey } from '../public-key.ts';
import type { SignerDemand, TrustDemand } from '../signer-demand.ts';
import { exactly } from '../text-demand.ts';

type KnownCertificate = Pick<CertificateSigner, 'kind' | 'issuer' | 'subject' | 'log'>;

/** What a receipt keeps of a signer. */
export type KnownSigner = Pick<KeySigner, 'kind' | 'keyId' | 'publicKey'> | KnownCertificate;

/**
 * Demands the signers of a receipt again: all who vouched then. Flags only narrow that.
 * @throws KongcrateError SIGNATURE_MISMATCH where the receipt has no usable signers any more
 */
export function recordedDemand(
  name: string,
  signers: readonly KnownSigner[],
  { threshold = 1, log, annotations }: Omit<Partial<TrustDemand>, 'signers'>,
): TrustDemand {
  if (signers.length === 0) throw noSigners(name, 'there is none');
  const logs = log ?? (signers.some(wasNotLogged) ? 'optional' : undefined);
  return {
    signers: signers.map((signer) => toDemand(name, signer)),
    threshold: Math.max(threshold, signers.length),
    ...(logs === undefined ? {} : { log: logs }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** An identity that was accepted without a log, by a timestamp alone. */
function wasNotLogged(signer: KnownSigner): boolean {
  return signer.kind === 'certificate' && signer.log !== 'verified';
}

function toDemand(name: string, signer: KnownSigner): SignerDemand {
  try {
    return signer.kind === 'key'
      ? { kind: 'key', key: readPublicKey(signer.publicKey) }
      : toIdentity(signer);
  } catch (error) {
    throw noSigners(name, messageOf(error), error);
  }
}

/** The workflow of the next build has another commit: only who it is stays. */
function toIdentity({ subject, issuer }: KnownCertificate): SignerDemand {
  return {
    kind: 'identity',
    identity: exactly(subject, 'the recorded identity'),
    issuer: exactly(issuer, 'the recorded issuer'),
  };
}

function noSigners(name: string, why: string, cause?: unknown): KongcrateError {
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the receipt of ${name} has no keys to judge it by: ${why}`,
    { remedy: 'Somebody changed it. Name the signer with --key cosign.pub.', cause },
  );
}
