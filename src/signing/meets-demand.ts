import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { IdentifiedSignature, SignatureMaker } from './identified-signature.ts';
import { refusedSignature, type SignedClaims } from './signed-claims.ts';
import type { IdentityDemand, SignerDemand, TrustDemand } from './signer-demand.ts';
import { fits, formatDemand } from './text-demand.ts';
import { wrongCertificate } from './wrong-certificate.ts';

/**
 * Why a signature that holds does not count for a demand, if it does not: whose it is, where it was
 * logged, what it says.
 */
export function whyNotEnough(
  signature: IdentifiedSignature,
  demand: TrustDemand,
): KongcrateError | undefined {
  return (
    judgeMaker(signature.maker, demand.signers) ??
    judgeLog(signature, demand.log) ??
    judgeAnnotations(signature.claims, demand.annotations ?? {}) ??
    demand.refuses?.(signature)
  );
}

/** Whether this is the signer that a demand means. */
export function isSigner(maker: SignatureMaker, demand: SignerDemand): boolean {
  if (demand.kind === 'key') return maker.kind === 'key' && maker.key.keyId === demand.key.keyId;
  return (
    maker.kind === 'certificate' &&
    fits(demand.identity, maker.subject) &&
    fits(demand.issuer, maker.issuer) &&
    Object.entries(demand.workflow ?? {}).every(
      ([name, value]) => maker.workflow[name as keyof typeof maker.workflow] === value,
    )
  );
}

function judgeMaker(
  maker: SignatureMaker,
  signers: readonly SignerDemand[],
): KongcrateError | undefined {
  if (signers.some((demand) => isSigner(maker, demand))) return undefined;
  if (maker.kind === 'key') return refusedSignature('its key is not among those that may sign');
  const wanted = signers.filter((one) => one.kind === 'identity').map(formatIdentity);
  const { issuer, subject, workflow } = maker;
  const found = `${JSON.stringify(subject)} known to ${JSON.stringify(issuer)}`;
  const claims = Object.entries(workflow).map(([name, value]) => `${name}=${value}`);
  return wrongCertificate(
    `it was made by ${[found, ...claims].join(', ')}; demanded: ${wanted.join(' or ')}`,
  );
}

function formatIdentity({ identity, issuer, workflow = {} }: IdentityDemand): string {
  const claims = Object.entries(workflow).map(([name, value]) => `${name}=${value}`);
  return [`${formatDemand(identity)} known to ${formatDemand(issuer)}`, ...claims].join(', ');
}

function judgeLog(
  { maker, isLogged, isStamped, hasForeignEntries }: IdentifiedSignature,
  log: TrustDemand['log'],
): KongcrateError | undefined {
  const isCertificate = maker.kind === 'certificate';
  const needsEntry = log === 'required' || (log === undefined && isCertificate);
  if (needsEntry && !isLogged)
    return refusedSignature(
      hasForeignEntries
        ? 'its log entries are from logs that the trusted root does not know'
        : 'it is in no transparency log',
    );
  // A certificate is valid for minutes: somebody has to say that it was used in them.
  if (log === 'waived' && isCertificate && !isStamped)
    return refusedSignature('without a log it needs a signed timestamp, and has none');
  return undefined;
}

/**
 * Demands annotations with exactly these values.
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function demandAnnotations(
  claims: SignedClaims,
  demanded: Readonly<Record<string, string>>,
): void {
  const refusal = judgeAnnotations(claims, demanded);
  if (refusal) throw refusal;
}

function judgeAnnotations(
  { annotations }: SignedClaims,
  demanded: Readonly<Record<string, string>>,
): KongcrateError | undefined {
  for (const [name, value] of Object.entries(demanded)) {
    const signed = annotations[name];
    if (signed === value) continue;
    return refusedSignature(
      signed === undefined
        ? `it signs no annotation ${name}`
        : `it signs the annotation ${name} as ${JSON.stringify(signed)}, not ${JSON.stringify(value)}`,
    );
  }
  return undefined;
}
