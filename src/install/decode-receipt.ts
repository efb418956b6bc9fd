import type { SignatureFormat, WorkflowClaims } from '../content/verified-subject.ts';
import {
  countOf,
  digestIn,
  listOf,
  objectOf,
  oneOf,
  textOf,
  type JsonObject,
} from './json-fields.ts';
import { isPluginName, isSafePath } from './plugin-paths.ts';
import {
  RECEIPT_ACTIONS,
  RECEIPT_SCHEMA_VERSION,
  type PluginReceipt,
  type Receipt,
  type ReceiptFile,
  type ReceiptSigner,
  type ReceiptTrust,
} from './receipt.ts';

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
    action: oneOf(action, RECEIPT_ACTIONS, 'action'),
    plugins: new Map(plugins.map(([name, value]) => [name, decodePlugin(name, value)])),
  };
}

/**
 * Reads what a receipt says of one plugin.
 * @throws Error with what is wrong
 */
export function decodePlugin(name: string, value: unknown): PluginReceipt {
  const plugin = objectOf(value, name);
  if (!isPluginName(name) || plugin['name'] !== name) throw new Error(`has the name ${name} wrong`);
  const { version, priority, tag, file } = plugin;
  return {
    name,
    ...(version === undefined ? {} : { version: textOf(plugin, 'version') }),
    ...(typeof priority === 'number' ? { priority } : {}),
    repository: textOf(plugin, 'repository'),
    ...(tag === undefined ? {} : { tag: textOf(plugin, 'tag') }),
    ...(file === undefined ? {} : { file: textOf(plugin, 'file') }),
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
  // Before certificates were known, signers were keys and the kind was called so.
  const kind = oneOf(trust['kind'], ['signed', 'keys', 'unsigned'], 'trust.kind');
  if (kind === 'unsigned') return { kind };
  const where = 'signatureRepository';
  return {
    kind: 'signed',
    signers: listOf(trust['signers'], 'signers').map(readSigner),
    ...(trust[where] === undefined ? {} : { [where]: textOf(trust, where) }),
  };
}

function readSigner(value: unknown): ReceiptSigner {
  const signer = objectOf(value, 'signer');
  const { log, workflow } = signer;
  const kind = oneOf(signer['kind'] ?? 'key', ['key', 'certificate'], 'signer.kind');
  const formats = listOf(signer['formats'], 'formats').map((format) =>
    oneOf<SignatureFormat>(format, ['legacy', 'bundle'], 'format'),
  );
  if (kind === 'key')
    return {
      kind,
      keyId: textOf(signer, 'keyId'),
      publicKey: textOf(signer, 'publicKey'),
      formats,
    };
  return {
    kind,
    issuer: textOf(signer, 'issuer'),
    subject: textOf(signer, 'subject'),
    workflow: readWorkflow(objectOf(workflow, 'workflow')),
    ...(log === undefined ? {} : { log: oneOf(log, ['verified', 'not checked'], 'log') }),
    formats,
  };
}

function readWorkflow(workflow: JsonObject): WorkflowClaims {
  const names = ['trigger', 'sha', 'name', 'repository', 'ref'].filter((name) => name in workflow);
  return Object.fromEntries(names.map((name) => [name, textOf(workflow, name)]));
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
