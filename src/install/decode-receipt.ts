import { isDigest, type Digest } from '../reference/digest.ts';
import { isPluginName, isSafePath } from './plugin-paths.ts';
import {
  RECEIPT_SCHEMA_VERSION,
  type PluginReceipt,
  type Receipt,
  type ReceiptAction,
  type ReceiptFile,
  type ReceiptSigner,
  type ReceiptTrust,
} from './receipt.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads what `encodeReceipt` wrote, strictly: its paths become file names.
 * @throws Error with what is wrong; the caller knows the file
 */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  const document = objectOf(JSON.parse(Buffer.from(bytes).toString('utf8')), 'it');
  const { schemaVersion, generation, action } = document;
  if (schemaVersion !== RECEIPT_SCHEMA_VERSION)
    throw new Error(`has the schemaVersion ${JSON.stringify(schemaVersion)}, not 1`);
  const plugins = Object.entries(objectOf(document['plugins'], 'plugins'));
  return {
    generation: countOf(generation, 'generation'),
    createdAt: textOf(document, 'createdAt'),
    action: oneOf<ReceiptAction>(action, ['install', 'rollback'], 'action'),
    plugins: new Map(plugins.map(([name, value]) => [name, readPlugin(name, value)])),
  };
}

function readPlugin(name: string, value: unknown): PluginReceipt {
  const plugin = objectOf(value, name);
  if (!isPluginName(name) || plugin['name'] !== name) throw new Error(`has the name ${name} wrong`);
  const { version, priority, tag } = plugin;
  return {
    name,
    ...(version === undefined ? {} : { version: textOf(plugin, 'version') }),
    ...(typeof priority === 'number' ? { priority } : {}),
    repository: textOf(plugin, 'repository'),
    ...(tag === undefined ? {} : { tag: textOf(plugin, 'tag') }),
    digest: digestIn(plugin, 'digest'),
    manifestDigest: digestIn(plugin, 'manifestDigest'),
    layerDigest: digestIn(plugin, 'layerDigest'),
    trust: readTrust(objectOf(plugin['trust'], 'trust')),
    evidence: digestIn(plugin, 'evidence'),
    files: listOf(plugin['files'], 'files').map(readFile),
    links: listOf(plugin['links'], 'links').map(pathOf),
    installedAt: textOf(plugin, 'installedAt'),
  };
}

function readTrust(trust: JsonObject): ReceiptTrust {
  const kind = oneOf<ReceiptTrust['kind']>(trust['kind'], ['keys', 'unsigned'], 'trust.kind');
  if (kind === 'unsigned') return { kind };
  return { kind, signers: listOf(trust['signers'], 'signers').map(readSigner) };
}

function readSigner(value: unknown): ReceiptSigner {
  const signer = objectOf(value, 'signer');
  return {
    keyId: textOf(signer, 'keyId'),
    publicKey: textOf(signer, 'publicKey'),
    formats: listOf(signer['formats'], 'formats').map((format) =>
      oneOf(format, ['legacy', 'bundle'], 'format'),
    ),
  };
}

function readFile(value: unknown): ReceiptFile {
  const file = objectOf(value, 'file');
  const sha256 = textOf(file, 'sha256');
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`has the sha256 ${JSON.stringify(sha256)}`);
  return { path: pathOf(file['path']), size: countOf(file['size'], 'size'), sha256 };
}

function pathOf(value: unknown): string {
  if (typeof value === 'string' && isSafePath(value)) return value;
  throw new Error(`has the path ${JSON.stringify(value)}`);
}

function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === 'string') return value;
  throw new Error(`has no text in ${key}`);
}

function digestIn(object: JsonObject, key: string): Digest {
  const value = object[key];
  if (isDigest(value)) return value;
  throw new Error(`has no digest in ${key}`);
}

function countOf(value: unknown, key: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`has no whole number in ${key}`);
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[], key: string): Word {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new Error(`has ${JSON.stringify(value)} in ${key}`);
  return word;
}

function listOf(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`has no list in ${key}`);
}

function objectOf(value: unknown, key: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new Error(`has no object in ${key}`);
}
