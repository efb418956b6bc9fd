import { createHash } from 'node:crypto';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { PUBLIC_GOOD, readTrustRoot } from './trust-root.ts';

/** Somebody a trusted root names, and when their word holds: ISO 8601, UTC. */
export interface TrustedParty {
  readonly name: string;
  /** sha256 of a log's key or an authority's topmost certificate, in hex. */
  readonly sha256: string;
  readonly from?: string;
  readonly until?: string;
}

export interface TrustRootDescription {
  /** The day that the root is from, where that is known: inside the package, or by an update. */
  readonly date?: string;
  readonly certificateAuthorities: readonly TrustedParty[];
  readonly certificateLogs: readonly TrustedParty[];
  readonly transparencyLogs: readonly TrustedParty[];
  readonly timestampAuthorities: readonly TrustedParty[];
}

/**
 * Says whom a trusted root names.
 * @param json its text; without one the public-good root of this package is described
 * @throws KongcrateError TRUSTED_ROOT_INVALID
 */
export function describeTrustRoot(json?: string): TrustRootDescription {
  const { document } = readTrustRoot(json ?? PUBLIC_GOOD.json);
  return {
    ...(json === undefined ? { date: PUBLIC_GOOD.date } : {}),
    certificateAuthorities: document.certificateAuthorities.map(toAuthority),
    certificateLogs: document.ctlogs.map(toLog),
    transparencyLogs: document.tlogs.map(toLog),
    timestampAuthorities: document.timestampAuthorities.map(toAuthority),
  };
}

type Authority = TrustedRoot['certificateAuthorities'][number];
type Log = TrustedRoot['tlogs'][number];
type Validity = Authority['validFor'];

function toAuthority({ uri, certChain, validFor }: Authority): TrustedParty {
  const top = certChain?.certificates.at(-1)?.rawBytes;
  return { name: uri, sha256: sha256Hex(top), ...datesOf(validFor) };
}

function toLog({ baseUrl, publicKey }: Log): TrustedParty {
  return {
    name: baseUrl,
    sha256: sha256Hex(publicKey?.rawBytes),
    ...datesOf(publicKey?.validFor),
  };
}

function datesOf(validFor: Validity): Pick<TrustedParty, 'from' | 'until'> {
  const { start, end } = validFor ?? {};
  return {
    ...(start ? { from: start.toISOString() } : {}),
    ...(end ? { until: end.toISOString() } : {}),
  };
}

function sha256Hex(bytes: Uint8Array = new Uint8Array()): string {
  return createHash('sha256').update(bytes).digest('hex');
}
