import { existsSync, renameSync } from 'node:fs';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { writeAside } from '../../system/write-aside.ts';
import type { Digest } from '../../reference/digest.ts';
import { readSourceFile } from '../read-source-file.ts';

/** The roles of TUF (specification, section 2.1), in the order in which they are verified. */
export const TUF_ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const;
export type TufRole = (typeof TUF_ROLES)[number];

/** Metadata that was verified: the JSON of each role; of the root at least. */
export type TufMetadata = Readonly<Record<'root', string> & Partial<Record<TufRole, string>>>;

/**
 * What an update leaves beside the file that it writes. Without it the next one could not tell an
 * old, correctly signed file from the newest.
 */
export interface UpdateRecord {
  readonly mirror: string;
  /** Of the root that the user, or this package, began with. */
  readonly firstRoot: Digest;
  /** When the mirror last said that the file is the newest: ISO 8601, UTC. */
  readonly date: string;
  /** Of the file. */
  readonly digest: Digest;
  readonly metadata: TufMetadata;
}

/** Above tuf-js's limits for all roles together. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const TEXTS = ['mirror', 'firstRoot', 'date', 'digest'] as const;

/** Where the record of a trusted root stands. */
export function recordPathOf(file: string): string {
  return `${file}.tuf.json`;
}

/**
 * Reads what is remembered of a trusted root.
 * @returns undefined where no update has written it
 * @throws KongcrateError SOURCE_UNREADABLE
 */
export function readUpdateRecord(file: string): UpdateRecord | undefined {
  const path = recordPathOf(file);
  if (!existsSync(path)) return undefined;
  const text = readSourceFile(path, MAX_RECORD_BYTES).toString('utf8');
  const record = parse(path, text);
  if (isRecord(record)) return record;
  throw damaged(path, 'it is no record of trust-root update');
}

/** @throws KongcrateError INSTALL_FAILED */
export function writeUpdateRecord(file: string, record: UpdateRecord): void {
  const path = recordPathOf(file);
  try {
    writeAside(path, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o644, place: renameSync });
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(path, messageOf(error));
  }
}

function isRecord(value: unknown): value is UpdateRecord {
  if (!isObject(value) || !TEXTS.every((name) => typeof value[name] === 'string')) return false;
  const { metadata } = value;
  const isText = (role: TufRole): boolean =>
    isObject(metadata) && ['string', 'undefined'].includes(typeof metadata[role]);
  return isObject(metadata) && typeof metadata['root'] === 'string' && TUF_ROLES.every(isText);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function damaged(path: string, reason: string): KongcrateError {
  return new KongcrateError('SOURCE_UNREADABLE', `${path} cannot be read: ${reason}`, {
    remedy:
      'Bring it back from a copy, or remove it: then an older trusted root is no longer noticed once.',
  });
}
