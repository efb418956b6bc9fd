import type { TransparencyLogEntry } from '@sigstore/bundle';
import { RFC3161Timestamp } from '@sigstore/core';
import type { SignatureProofs } from './signature-candidate.ts';
import { refusedSignature } from './signed-claims.ts';
import type { RootMaterial, TrustRoot } from './trust-root.ts';

/** The log entries and timestamps whose makers a trusted root knows. */
export interface KnownProofs {
  readonly entries: readonly TransparencyLogEntry[];
  readonly stamps: readonly RFC3161Timestamp[];
  /** What they say of the time, to be believed once all of them hold. */
  readonly times: readonly Date[];
}

/** sigstore-go's limit: more of them are no honest signature. */
const MAX_PROOFS = 32;

/**
 * Leaves out what comes from logs and authorities that the root does not know.
 * @throws KongcrateError SIGNATURE_MISMATCH; what @sigstore/core throws for garbage
 */
export function selectKnownProofs(
  { entries, timestamps }: SignatureProofs,
  root: TrustRoot,
): KnownProofs {
  const count = entries.length + timestamps.length;
  if (count > MAX_PROOFS) throw refusedSignature(`${count} log entries and timestamps came along`);
  const known = entries.filter((entry) => logsOf(entry, root).length > 0);
  const stamps = timestamps
    .map((der) => RFC3161Timestamp.parse(Buffer.from(der)))
    .filter((stamp) => isKnown(stamp, root));
  const dates = known.filter(isDated).map(({ integratedTime }) => Number(integratedTime) * 1000);
  const times = [
    ...stamps.map(({ signingTime }) => signingTime),
    ...dates.map((at) => new Date(at)),
  ];
  return { entries: known, stamps, times };
}

/** Only the log's promise signs the time; what stands beside a proof of inclusion is a claim. */
export function isDated({ inclusionPromise, integratedTime }: TransparencyLogEntry): boolean {
  return inclusionPromise !== undefined && integratedTime !== '0' && integratedTime !== '';
}

/**
 * Demands that the log's key held when the entry was made. @sigstore/verify asks that of promises,
 * not of proofs of inclusion.
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function checkLogValidity(
  entry: TransparencyLogEntry,
  root: TrustRoot,
  times: readonly Date[],
): void {
  const holds = logsOf(entry, root).some(({ validFor: { start, end } }) =>
    times.every((time) => start <= time && time <= end),
  );
  if (!holds) throw refusedSignature('its log entry is from when the key of the log did not hold');
}

function logsOf({ logId }: TransparencyLogEntry, root: TrustRoot): RootMaterial['tlogs'] {
  return root.material.tlogs.filter(({ logID }) => logID.equals(logId.keyId));
}

function isKnown(stamp: RFC3161Timestamp, root: TrustRoot): boolean {
  return root.material.timestampAuthorities.some(({ certChain: [leaf] }) =>
    leaf
      ? leaf.serialNumber.equals(stamp.signerSerialNumber) && leaf.issuer.equals(stamp.signerIssuer)
      : false,
  );
}
