import type { Faults } from './faults.ts';
import { startFulcio, type TrustedProvider } from './fulcio.ts';
import type { TokenSpec } from './identity-token.ts';
import { startRekorV1 } from './rekor-v1.ts';
import { startRekorV2 } from './rekor-v2.ts';
import { startTimestampAuthority } from './timestamp-authority.ts';
import type { Services } from './trusted-root.ts';
import { writeFiles, type SigstoreFiles } from './write-files.ts';

const HOUR_MS = 60 * 60 * 1000;
const TEN_MINUTES_MS = 10 * 60 * 1000;

export interface LocalSigstoreOptions {
  /** How far the clock of all servers is from ours; negative is the past. 0 unless told. */
  readonly clockOffsetMs?: number;
  /** Ten minutes unless told, as the public Fulcio's. */
  readonly certificateLifetimeMs?: number;
}

/** Servers that sign for the tests, each over real HTTP on a port of its own. */
export interface LocalSigstore extends SigstoreFiles {
  readonly urls: {
    readonly fulcio: string;
    readonly rekor1: string;
    readonly rekor2: string;
    /** With the path that requests go to. */
    readonly timestampAuthority: string;
  };
  /** An identity token that this Fulcio accepts. */
  token(spec?: TokenSpec): string;
  /** Has Fulcio take the tokens of one more provider. */
  trust(provider: TrustedProvider): void;
  /** From now on, until it is called again; `{}` ends all faults. */
  misbehave(faults: Faults): void;
  /** What all servers were asked, as `METHOD /path status`. */
  requests(): readonly string[];
  stop(): Promise<void>;
}

/** Starts all servers, stopped at the latest after the last test of the file. */
export async function startLocalSigstore(
  options: LocalSigstoreOptions = {},
): Promise<LocalSigstore> {
  const { clockOffsetMs = 0, certificateLifetimeMs = TEN_MINUTES_MS } = options;
  // Whole seconds: a log's and an authority's times have no others.
  const now = (): Date => new Date(Math.floor((Date.now() + clockOffsetMs) / 1000) * 1000);
  let faults: Faults = {};
  const rekor = { now, fault: () => faults.rekor };
  const services: Services = {
    fulcio: await startFulcio({ now, certificateLifetimeMs, fault: () => faults.fulcio }),
    rekor1: await startRekorV1(rekor),
    rekor2: await startRekorV2(rekor),
    timestampAuthority: await startTimestampAuthority({
      now,
      fault: () => faults.timestampAuthority,
    }),
  };
  const { fulcio, rekor1, rekor2, timestampAuthority } = services;
  const all = [fulcio, rekor1, rekor2, timestampAuthority];
  const start = new Date(now().getTime() - HOUR_MS);
  return {
    ...writeFiles(services, start),
    urls: {
      fulcio: fulcio.url,
      rekor1: rekor1.url,
      rekor2: rekor2.url,
      timestampAuthority: timestampAuthority.endpoint,
    },
    token: (spec) => fulcio.token(spec),
    trust: (provider) => {
      fulcio.trust(provider);
    },
    misbehave: (wanted) => {
      faults = wanted;
    },
    requests: () => all.flatMap((service) => service.requests),
    stop: async () => {
      await Promise.all(all.map((service) => service.stop()));
    },
  };
}
