import { signerIdOf, type SignerName } from '../../content/signer-id.ts';
import type { Digest } from '../../reference/digest.ts';

/** A plugin as it was resolved and verified. */
export interface LockedPlugin {
  readonly name: string;
  /** Absent where the plugin has none. */
  readonly version?: string;
  /** As kongcrate.yaml has it: what was asked for. */
  readonly reference: string;
  /** The logical repository, which policies and signatures see. */
  readonly repository: string;
  /** What is installed: the digest that was verified. */
  readonly digest: Digest;
  /** The archive of the plugin. */
  readonly layer: Digest;
  /** Who vouched; nobody where a policy allows that. */
  readonly signers: readonly SignerName[];
  /** The sha256 of every file by its path below the Lua root, lower-case hex. */
  readonly files: ReadonlyMap<string, string>;
}

/** A whole `kongcrate.lock`. */
export interface Lock {
  readonly plugins: readonly LockedPlugin[];
}

export const LOCK_VERSION = 1;

/** Writes a lock as JSON, a fact a line: the same plugins give the same bytes, in any order. */
export function encodeLock({ plugins }: Lock): string {
  const document = {
    version: LOCK_VERSION,
    plugins: plugins.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(encodePlugin),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function encodePlugin(plugin: LockedPlugin): object {
  const { name, version, reference, repository, digest, layer, signers, files } = plugin;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...{ reference, repository, digest, layer },
    signers: signers.toSorted((a, b) => (signerIdOf(a) < signerIdOf(b) ? -1 : 1)).map(signerNameOf),
    // No object: a path may look like a number, which would come first.
    files: [...files]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, sha256]) => `${sha256}  ${path}`),
  };
}

/** Who signed, and nothing that another signature would change. */
export function signerNameOf(signer: SignerName): SignerName {
  if (signer.kind === 'key') return { kind: signer.kind, keyId: signer.keyId };
  const { kind, issuer, subject } = signer;
  return { kind, issuer, subject };
}
