import type { SignerName } from '../../content/signer-id.ts';
import { refuseAmbiguousJson } from '../../content/refuse-ambiguous-json.ts';
import {
  digestIn,
  listOf,
  objectOf,
  oneOf,
  textOf,
  type JsonObject,
} from '../../install/json-fields.ts';
import { isPluginName, isSafePath } from '../../install/plugin-paths.ts';
import { refuseUnknownFields } from '../../signing/refuse-unknown-fields.ts';
import { LOCK_VERSION, type Lock, type LockedPlugin } from './lock.ts';

const SIGNER = { kind: true, keyId: true, issuer: true, subject: true } as const;
const PLUGIN = {
  ...({ name: true, version: true, reference: true, repository: true, digest: true } as const),
  ...({ layer: true, signers: SIGNER, files: true } as const),
};

/**
 * Reads what {@link encodeLock} writes.
 * @throws Error with what is wrong; the caller knows the file
 */
export function decodeLock(text: string): Lock {
  const document = objectOf(JSON.parse(text), 'the document');
  const { version } = document;
  if (version !== LOCK_VERSION)
    throw new Error(`has the version ${JSON.stringify(version)}, not ${LOCK_VERSION}`);
  refuseUnknownFields(document, { version: true, plugins: PLUGIN });
  refuseAmbiguousJson(text, []);
  const plugins = listOf(document['plugins'], 'plugins').map((value) =>
    decodePlugin(objectOf(value, 'plugins')),
  );
  const names = plugins.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`has ${twice} twice`);
  return { plugins };
}

function decodePlugin(plugin: JsonObject): LockedPlugin {
  const name = textOf(plugin, 'name');
  if (!isPluginName(name)) throw new Error(`has a plugin called ${JSON.stringify(name)}`);
  const { version, signers, files } = plugin;
  return {
    name,
    ...(version === undefined ? {} : { version: textOf(plugin, 'version') }),
    reference: textOf(plugin, 'reference'),
    repository: textOf(plugin, 'repository'),
    digest: digestIn(plugin, 'digest'),
    layer: digestIn(plugin, 'layer'),
    signers: listOf(signers, 'signers').map((value) => decodeSigner(objectOf(value, 'signers'))),
    files: new Map(listOf(files, 'files').map(decodeFile)),
  };
}

function decodeSigner(signer: JsonObject): SignerName {
  const kind = oneOf(signer['kind'], ['key', 'certificate'], 'kind');
  if (kind === 'key') return { kind, keyId: textOf(signer, 'keyId') };
  return { kind, issuer: textOf(signer, 'issuer'), subject: textOf(signer, 'subject') };
}

/** A line as `sha256sum` writes it. */
function decodeFile(value: unknown): [path: string, sha256: string] {
  const [, sha256, path] = /^([0-9a-f]{64}) {2}(.+)$/s.exec(String(value)) ?? [];
  if (sha256 !== undefined && path !== undefined && isSafePath(path)) return [path, sha256];
  throw new Error(`has ${JSON.stringify(value)} in files`);
}
