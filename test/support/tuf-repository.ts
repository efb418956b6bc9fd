import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  Key,
  Metadata,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';

const LATER = '2999-01-01T00:00:00Z';
const TARGET = 'trusted_root.json';

export interface TufKey {
  readonly key: Key;
  readonly privateKey: KeyObject;
}

/** What of a release is other than usual. */
export interface Release {
  /** The trusted root; null for a repository without one. */
  readonly target?: Uint8Array | null;
  /** Of all roles but root. */
  readonly version?: number;
  readonly timestampExpires?: string;
  readonly snapshotExpires?: string;
  readonly targetsExpires?: string;
  /** Who signs, in place of the role's own keys. */
  readonly timestampSigners?: readonly TufKey[];
  readonly snapshotSigners?: readonly TufKey[];
  readonly targetsSigners?: readonly TufKey[];
}

/** What of a new root is other than usual. */
export interface Rotation {
  readonly expires?: string;
  readonly version?: number;
  /** Who of the root before signs; all unless told. */
  readonly oldSigners?: readonly TufKey[];
  /** Whether the new root's own keys sign it too, as they must. */
  readonly isSelfSigned?: boolean;
  /** Two of two root keys have to sign from this one on. */
  readonly isDoubled?: boolean;
}

export function makeTufKey(): TufKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const keyID = createHash('sha256').update(raw).digest('hex');
  const kind = { keyID, keyType: 'ed25519', scheme: 'ed25519' };
  return { key: new Key({ ...kind, keyVal: { public: raw } }), privateKey };
}

/** A TUF repository with consistent snapshots, as sigstore's, made with tuf-js's own models. */
export class TufRepository {
  /** Everything that a server of it answers, by path. */
  readonly files: Map<string, Buffer> = new Map<string, Buffer>();
  rootKeys: readonly TufKey[] = [];
  onlineKey: TufKey = makeTufKey();
  #rootVersion = 0;
  #version = 0;

  constructor(target: Uint8Array) {
    this.rotate();
    this.release({ target });
  }

  root(version: number): Buffer {
    return this.files.get(`/${version}.root.json`) ?? Buffer.alloc(0);
  }

  /** Publishes the next root, with new keys for every role, signed by the old and the new ones. */
  rotate(rotation: Rotation = {}): this {
    const { expires = LATER, version = this.#rootVersion + 1, isDoubled = false } = rotation;
    const old = this.rootKeys;
    this.rootKeys = isDoubled ? [makeTufKey(), makeTufKey()] : [makeTufKey()];
    this.onlineKey = makeTufKey();
    const root = new Root({ version, expires, specVersion: '1.0.31', consistentSnapshot: true });
    for (const { key } of this.rootKeys) root.addKey(key, 'root');
    for (const role of ['timestamp', 'snapshot', 'targets']) root.addKey(this.onlineKey.key, role);
    const own = root.roles['root'];
    if (own && isDoubled) Object.assign(own, { threshold: 2 });
    const selfSigners = rotation.isSelfSigned === false ? [] : this.rootKeys;
    const signers = [...(rotation.oldSigners ?? old), ...selfSigners];
    this.#rootVersion += 1;
    this.files.set(`/${this.#rootVersion}.root.json`, encode(new Metadata(root), signers));
    return this;
  }

  /** Publishes a trusted root with metadata of the next version. */
  release({ target = null, version = this.#version + 1, ...release }: Release): this {
    this.#version = version;
    const common = { version, specVersion: '1.0.31' };
    const online = [this.onlineKey];
    const targets = new Targets({
      ...common,
      expires: release.targetsExpires ?? LATER,
      targets: target ? { [TARGET]: describe(target) } : {},
    });
    if (target) this.files.set(`/targets/${sha256(target)}.${TARGET}`, Buffer.from(target));
    const targetsJson = encode(new Metadata(targets), release.targetsSigners ?? online);
    this.files.set(`/${version}.targets.json`, targetsJson);
    const snapshot = new Snapshot({
      ...common,
      expires: release.snapshotExpires ?? LATER,
      meta: { 'targets.json': metaOf(version, targetsJson) },
    });
    const snapshotJson = encode(new Metadata(snapshot), release.snapshotSigners ?? online);
    this.files.set(`/${version}.snapshot.json`, snapshotJson);
    const timestamp = new Timestamp({
      ...common,
      expires: release.timestampExpires ?? LATER,
      snapshotMeta: metaOf(version, snapshotJson),
    });
    const signers = release.timestampSigners ?? online;
    this.files.set('/timestamp.json', encode(new Metadata(timestamp), signers));
    return this;
  }
}

function describe(target: Uint8Array): TargetFile {
  const hashes = { sha256: sha256(target) };
  return new TargetFile({ path: TARGET, length: target.length, hashes });
}

function metaOf(version: number, json: Buffer): MetaFile {
  return new MetaFile({ version, length: json.length, hashes: { sha256: sha256(json) } });
}

function encode(
  metadata: Metadata<Root> | Metadata<Timestamp> | Metadata<Snapshot> | Metadata<Targets>,
  signers: readonly TufKey[],
): Buffer {
  for (const { key, privateKey } of signers)
    metadata.sign(
      (bytes) =>
        new Signature({ keyID: key.keyID, sig: sign(null, bytes, privateKey).toString('hex') }),
    );
  return Buffer.from(JSON.stringify(metadata.toJSON()));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
