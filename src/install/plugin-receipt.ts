import { isDeepStrictEqual } from 'node:util';
import { sha256Of } from '../content/hash-source.ts';
import type { InstallablePlugin } from '../content/installable-plugin.ts';
import { signerIdOf } from '../content/signer-id.ts';
import type { TrustBasis, VerifiedSigner, VerifiedSubject } from '../content/verified-subject.ts';
import { digestOf } from '../reference/digest.ts';
import { linksOfPlugin } from './plugin-paths.ts';
import type { PluginReceipt, ReceiptFile, ReceiptSigner, ReceiptTrust } from './receipt.ts';

/** What the receipt says of the files; of a large one every byte is read for that. */
export function receiptFilesOf({ files }: InstallablePlugin): readonly ReceiptFile[] {
  return files.map(({ path, bytes }) => ({ path, size: bytes.length, sha256: sha256Of(bytes) }));
}

interface ReceiptBasis {
  readonly evidence: Uint8Array;
  readonly now: Date;
}

interface NewReceiptBasis extends ReceiptBasis {
  /** What {@link receiptFilesOf} gave, where that was asked already. */
  readonly files?: readonly ReceiptFile[] | undefined;
}

/** What the receipt will say of a plugin. */
export function makePluginReceipt(
  subject: VerifiedSubject,
  plugin: InstallablePlugin,
  { evidence, now, files = receiptFilesOf(plugin) }: NewReceiptBasis,
): PluginReceipt {
  const { repository, tag, file, descriptor } = subject.reference;
  return {
    name: plugin.name,
    ...(plugin.version === undefined ? {} : { version: plugin.version }),
    ...(plugin.priority === undefined ? {} : { priority: plugin.priority }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(file === undefined ? {} : { file }),
    digest: descriptor.digest,
    manifestDigest: subject.manifestDigest,
    layerDigest: plugin.plan.archiveDigest,
    trust: trustOf(subject.trust),
    evidence: digestOf(evidence),
    files,
    links: linksOfPlugin(
      plugin.name,
      plugin.files.map(({ path }) => path),
    ),
    installedAt: now.toISOString(),
  };
}

/** The receipt of a plugin that was staged, on the trust of today. */
export function renewPluginReceipt(
  { reference: { tag }, trust }: VerifiedSubject,
  staged: PluginReceipt,
  { evidence, now }: ReceiptBasis,
): PluginReceipt {
  return {
    ...staged,
    ...(tag === undefined ? {} : { tag }),
    trust: trustOf(trust),
    evidence: digestOf(evidence),
    installedAt: now.toISOString(),
  };
}

/**
 * Whether two receipts say the same of what is installed and why. Tag and path of a file are labels,
 * and evidence may grow by signatures that decide nothing.
 */
export function isSameInstall(one: PluginReceipt, other: PluginReceipt): boolean {
  const essence = (plugin: PluginReceipt): PluginReceipt => ({
    ...plugin,
    tag: '',
    file: plugin.file === undefined ? 'none' : 'some',
    evidence: plugin.digest,
    installedAt: '',
  });
  return isDeepStrictEqual(essence(one), essence(other));
}

function trustOf(trust: TrustBasis): ReceiptTrust {
  if (trust.kind === 'unsigned') return { kind: 'unsigned' };
  const { signers, ...rest } = trust;
  const sorted = signers.toSorted((a, b) => (signerIdOf(a) < signerIdOf(b) ? -1 : 1));
  return { ...rest, signers: sorted.map(toReceiptSigner) };
}

function toReceiptSigner(signer: VerifiedSigner): ReceiptSigner {
  const formats = signer.formats.toSorted();
  if (signer.kind === 'key') {
    const { kind, keyId, publicKey } = signer;
    return { kind, keyId, publicKey, formats };
  }
  const { kind, issuer, subject, workflow, log } = signer;
  return { kind, issuer, subject, workflow, ...(log === undefined ? {} : { log }), formats };
}
