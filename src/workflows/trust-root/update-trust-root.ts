import { existsSync, renameSync } from 'node:fs';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { createSend, type TransportOptions } from '../../http/create-send.ts';
import { isLoopbackHost } from '../../http/guard-address.ts';
import { withRetries, type RetryOptions } from '../../http/with-retries.ts';
import { writeAside } from '../../system/write-aside.ts';
import { compareTrustRoots, type TrustRootChange } from '../../signing/compare-trust-roots.ts';
import { describeTrustRoot, type TrustRootDescription } from '../../signing/describe-trust-root.ts';
import { digestOf, type Digest } from '../../reference/digest.ts';
import { parseMirror } from './parse-mirror.ts';
import { readTrustedRoot } from './read-trusted-root.ts';
import type { Refreshed } from './refresh-tuf.ts';
import {
  readUpdateRecord,
  TUF_ROLES,
  writeUpdateRecord,
  type TufMetadata,
  type TufRole,
} from './update-record.ts';

export interface UpdateTrustRootOptions {
  /** The file to write, or to bring up to date. */
  readonly output: string;
  /** The TUF repository: http or https; the one of the last update, or sigstore's public one. */
  readonly mirror?: string;
  /** The repository's first `root.json` to trust; the one of the last update, or this package's. */
  readonly root?: Uint8Array;
  readonly connection?: Omit<TransportOptions, 'allowLoopback'> & {
    readonly retries?: RetryOptions;
  };
  readonly signal?: AbortSignal;
}

export interface TrustRootUpdate {
  readonly file: string;
  readonly mirror: string;
  /** When the mirror said that this is the newest: ISO 8601, UTC. */
  readonly date: string;
  /** Of the file. */
  readonly digest: Digest;
  /** Of the repository's metadata. */
  readonly versions: Readonly<Record<TufRole, number>>;
  /** Whether the file was written; it already was the newest otherwise. */
  readonly isWritten: boolean;
  /** What the changes are counted from: the file as it was, or the root inside this package. */
  readonly comparedWith: 'file' | 'package';
  readonly changes: readonly TrustRootChange[];
  readonly root: TrustRootDescription;
}

const MINUTE_MS = 60_000;

/**
 * Brings a trusted root up to date through TUF, the one thing that asks anybody but the registry.
 * Nothing uses the file by itself. It is replaced whole or, on any error, not at all.
 * @throws KongcrateError USAGE, SOURCE_UNREADABLE, TRUSTED_ROOT_INVALID for the root to begin with,
 *   NOT_OURS for another file in its place, TRUST_ROOT_REFUSED, NOT_FOUND, REGISTRY_ERROR,
 *   REDIRECT_REFUSED, NETWORK_FAILED, TIMED_OUT, INSTALL_FAILED
 */
export async function updateTrustRoot(options: UpdateTrustRootOptions): Promise<TrustRootUpdate> {
  const { output } = options;
  const before = readBefore(output);
  const known = readUpdateRecord(output);
  const mirror = parseMirror(options.mirror ?? known?.mirror);
  const { chooseStart } = await import('./choose-start.ts');
  const start = chooseStart(options.root, known);
  const { metadata, target } = await refresh(mirror, start.metadata, options);
  if ('failure' in target) {
    if (known && start === known) writeUpdateRecord(output, { ...known, metadata });
    throw target.failure;
  }
  const root = describeOffered(target.bytes, mirror);
  const digest = digestOf(target.bytes);
  const isWritten = before === undefined || digestOf(Buffer.from(before)) !== digest;
  const found = { mirror: mirror.href, date: new Date().toISOString(), digest };
  writeUpdateRecord(output, { ...found, firstRoot: start.firstRoot, metadata });
  if (isWritten) replace(output, target.bytes);
  return {
    file: output,
    ...found,
    versions: versionsOf(metadata),
    isWritten,
    comparedWith: before === undefined ? 'package' : 'file',
    changes: compareTrustRoots(describeTrustRoot(before), root),
    root,
  };
}

/** @throws KongcrateError NOT_OURS: a slip in the path must not cost another file */
function readBefore(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const json = readTrustedRoot(path);
  try {
    describeTrustRoot(json);
    return json;
  } catch (cause) {
    throw new KongcrateError('NOT_OURS', `${path} exists and is no trusted root`, {
      remedy: 'Name another file, or remove this one first.',
      cause,
    });
  }
}

async function refresh(
  mirror: URL,
  start: TufMetadata,
  { connection: { retries = {}, ...connection } = {}, signal }: UpdateTrustRootOptions,
): Promise<Refreshed> {
  const transport = createSend({
    ...connection,
    timeouts: { totalMs: MINUTE_MS, ...connection.timeouts },
    allowLoopback: isLoopbackHost(mirror.hostname),
  });
  try {
    const { refreshTuf } = await import('./refresh-tuf.ts');
    const send = withRetries(transport.send, { ...retries, log: connection.log });
    return await refreshTuf({ mirror, start, send, signal });
  } finally {
    transport.close();
  }
}

/** Signed, and yet nothing that certificates could be held against. */
function describeOffered(bytes: Buffer, mirror: URL): TrustRootDescription {
  try {
    return describeTrustRoot(bytes.toString('utf8'));
  } catch (cause) {
    const message = `the trusted root of ${mirror.href} is refused: ${messageOf(cause)}`;
    throw new KongcrateError('TRUST_ROOT_REFUSED', message, {
      remedy: 'The file stays as it was. Update kongcrate, or ask who runs the mirror.',
      cause,
    });
  }
}

function versionsOf(metadata: TufMetadata): Readonly<Record<TufRole, number>> {
  const versionOf = (json = '{}'): number => {
    const { signed } = JSON.parse(json) as { signed?: { version?: number } };
    return signed?.version ?? 0;
  };
  const versions = TUF_ROLES.map((role) => [role, versionOf(metadata[role])] as const);
  return Object.fromEntries(versions) as Record<TufRole, number>;
}

function replace(path: string, bytes: Uint8Array): void {
  try {
    writeAside(path, bytes, { mode: 0o644, place: renameSync });
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}
