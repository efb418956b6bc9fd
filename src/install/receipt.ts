import type { CertificateSigner, KeySigner, SignatureFormat } from '../content/verified-subject.ts';
import type { Digest } from '../reference/digest.ts';

/** A file as it was installed; `path` is relative to the Lua root, `size` in bytes. */
export interface ReceiptFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** Who vouched: what it takes to demand the same signer again. */
export type ReceiptSigner = { readonly formats: readonly SignatureFormat[] } & (
  | Pick<KeySigner, 'kind' | 'keyId' | 'publicKey'>
  | Pick<CertificateSigner, 'kind' | 'issuer' | 'subject' | 'workflow' | 'log'>
);

export type ReceiptTrust =
  | {
      readonly kind: 'signed';
      readonly signers: readonly ReceiptSigner[];
      /** The repository that held the signatures, where it was another one. */
      readonly signatureRepository?: string;
    }
  | { readonly kind: 'unsigned' };

/** What was installed under one name, from where and why. An index into the store, no evidence. */
export interface PluginReceipt {
  readonly name: string;
  readonly version?: string;
  readonly priority?: number;
  readonly repository: string;
  /** The tag that was typed: a label only. */
  readonly tag?: string;
  /** The path of the file that was installed, as it was typed, in place of a manifest: a label too. */
  readonly file?: string;
  /** The digest that was verified. */
  readonly digest: Digest;
  /** The manifest that held the plugin: `digest` itself, as for a file, or an index's child. */
  readonly manifestDigest: Digest;
  readonly layerDigest: Digest;
  readonly trust: ReceiptTrust;
  /** The digest of the evidence file in the store directory. */
  readonly evidence: Digest;
  readonly files: readonly ReceiptFile[];
  /** The fixed links, relative to the Lua root: the plugin's directory, then one a sibling file. */
  readonly links: readonly string[];
  /** ISO 8601, UTC. */
  readonly installedAt: string;
}

export const RECEIPT_ACTIONS = ['install', 'rollback', 'remove', 'undo'] as const;

/** What made a generation; `undo` took the one right before it back, which nobody is to go back to. */
export type ReceiptAction = (typeof RECEIPT_ACTIONS)[number];

/** Everything one generation holds. */
export interface Receipt {
  readonly generation: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly action: ReceiptAction;
  /** By name; a map, since a plugin may be called `constructor`. */
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
}

export const RECEIPT_SCHEMA_VERSION = 1;

/** Writes a receipt as JSON, plugins by name: the same receipt gives the same bytes. */
export function encodeReceipt(receipt: Receipt): Buffer {
  const plugins = [...receipt.plugins].sort(([a], [b]) => (a < b ? -1 : 1));
  const { generation, createdAt, action } = receipt;
  const document = {
    schemaVersion: RECEIPT_SCHEMA_VERSION,
    generation,
    createdAt,
    action,
    plugins: Object.fromEntries(plugins),
  };
  return Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
}
