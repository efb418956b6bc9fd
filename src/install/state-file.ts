import { dirname } from 'node:path';
import { messageOf } from '../errors/kongcrate-error.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import { decodePlugin } from './decode-receipt.ts';
import { damagedState } from './install-failure.ts';
import type { CheckedRoot } from './install-root.ts';
import { digestIn, listOf, objectOf, textOf, type JsonObject } from './json-fields.ts';
import { lookAt } from './look-at.ts';
import { FILE_MODE, statePath, temporaryPath } from './node-paths.ts';
import { isPluginName } from './plugin-paths.ts';
import { readPlainFile } from '../system/read-plain-file.ts';
import type { PluginReceipt } from './receipt.ts';

/** Since when (ISO 8601, UTC) and why something is to stay as it is, or away. */
export interface StateNote {
  readonly since: string;
  readonly reason: string;
}

/** A lock that came as an artifact; `publishedAt` is ISO 8601, UTC. */
export interface LockRecord {
  readonly digest: Digest;
  readonly publishedAt: string;
}

/** What a node knows beside its generations. */
export interface NodeRecords {
  /** Plugins, by name, that keep their version; maps, since one may be called `constructor`. */
  readonly holds: ReadonlyMap<string, StateNote>;
  /** Digests that are not to be installed again. */
  readonly quarantined: ReadonlyMap<Digest, StateNote>;
  /** Plugins that are in the store for a later install; one a name. */
  readonly staged: readonly PluginReceipt[];
  /** The generation that each Kong was last seen to serve, by its prefix. */
  readonly served: ReadonlyMap<string, number>;
  /** The newest lock that was followed under each reference. */
  readonly locks: ReadonlyMap<string, LockRecord>;
}

const SCHEMA_VERSION = 1;

/** As much as a receipt: what is staged holds the same. */
const MAX_STATE_BYTES = 256 * 1024 * 1024;

/**
 * Reads `state.json`; where there is none, nothing is recorded. It is replaced whole, so reading
 * needs no mutex.
 * @param root the Lua root without links
 * @throws KongcrateError INSTALL_FAILED when it is damaged or of another schema; errno errors
 */
export function readStateFile(root: string): NodeRecords {
  const path = statePath(root, 'state.json');
  const bytes = readPlainFile(path, MAX_STATE_BYTES);
  if (!bytes && !lookAt(path))
    return {
      ...{ holds: new Map(), quarantined: new Map() },
      ...{ staged: [], served: new Map(), locks: new Map() },
    };
  try {
    if (!bytes) throw new Error('is no file, or a huge one');
    return decodeRecords(objectOf(JSON.parse(bytes.toString('utf8')), 'it'));
  } catch (error) {
    throw damagedState(
      path,
      `cannot be used: it ${messageOf(error)}`,
      'Use the newest kongcrate. If the file is damaged, restore it, or remove it and set your holds again.',
    );
  }
}

/** Replaces `state.json` in one step. Needs the mutex. */
export function writeStateFile(root: CheckedRoot, records: NodeRecords): void {
  const path = statePath(root.path, 'state.json');
  const aside = temporaryPath(root.path, 'state');
  root.files.writeFile(aside, encodeRecords(records), FILE_MODE);
  root.files.rename(aside, path);
  root.files.syncDirectory(dirname(path));
}

function encodeRecords({ holds, quarantined, staged, served, locks }: NodeRecords): Buffer {
  const document = {
    schemaVersion: SCHEMA_VERSION,
    holds: Object.fromEntries([...holds].sort(byKey)),
    quarantined: Object.fromEntries([...quarantined].sort(byKey)),
    staged: staged.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    served: Object.fromEntries([...served].sort(byKey)),
    locks: Object.fromEntries([...locks].sort(byKey)),
  };
  return Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** @throws Error with what is wrong; the caller knows the file */
function decodeRecords(document: JsonObject): NodeRecords {
  const { schemaVersion } = document;
  if (schemaVersion !== SCHEMA_VERSION)
    throw new Error(`has the schemaVersion ${JSON.stringify(schemaVersion)}, not 1`);
  return {
    holds: notesIn(document, 'holds', (name) => (isPluginName(name) ? name : undefined)),
    quarantined: notesIn(document, 'quarantined', (digest) =>
      isDigest(digest) ? digest : undefined,
    ),
    staged: listOf(document['staged'], 'staged').map((value) => {
      const plugin = objectOf(value, 'staged');
      return decodePlugin(textOf(plugin, 'name'), plugin);
    }),
    served: servedIn(document['served'] ?? {}),
    locks: locksIn(document['locks'] ?? {}),
  };
}

/** Absent in files of before there was such a record. */
function servedIn(value: unknown): ReadonlyMap<string, number> {
  const entries = Object.entries(objectOf(value, 'served'));
  const odd = entries.find(([, generation]) => !Number.isSafeInteger(generation));
  if (odd) throw new Error(`has ${JSON.stringify(odd[1])} in served`);
  return new Map(entries.map(([prefix, generation]) => [prefix, Number(generation)]));
}

/** Absent in files of before there was such a record. */
function locksIn(value: unknown): ReadonlyMap<string, LockRecord> {
  const entries = Object.entries(objectOf(value, 'locks')).map(([name, entry]) => {
    const lock = objectOf(entry, name);
    const publishedAt = textOf(lock, 'publishedAt');
    if (Number.isNaN(Date.parse(publishedAt))) throw new Error(`has ${publishedAt} in locks`);
    return [name, { digest: digestIn(lock, 'digest'), publishedAt }] as const;
  });
  return new Map(entries);
}

function notesIn<Key extends string>(
  document: JsonObject,
  field: string,
  keyOf: (text: string) => Key | undefined,
): ReadonlyMap<Key, StateNote> {
  const notes = new Map<Key, StateNote>();
  for (const [text, value] of Object.entries(objectOf(document[field], field))) {
    const key = keyOf(text);
    if (key === undefined) throw new Error(`has ${JSON.stringify(text)} in ${field}`);
    const note = objectOf(value, key);
    notes.set(key, { since: textOf(note, 'since'), reason: textOf(note, 'reason') });
  }
  return notes;
}
