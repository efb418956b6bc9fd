import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { ContentSnapshot } from '../content/content-snapshot.ts';
import { MemoryStore } from '../content/memory-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../reference/media-types.ts';
import type { Verifier } from '../signing/verifier.ts';
import { FileStore } from './file-store.ts';

/** What was installed was within the limits of that day; no buffer is larger than this. */
const STORED_LIMITS = {
  limits: { maxUnpackedBytes: 2 ** 31 - 1, maxFiles: Number.MAX_SAFE_INTEGER },
  maxLayerBytes: 2 ** 31 - 1,
};

type JudgedReceipt = Omit<PluginReceipt, 'tag'> & { readonly tag?: string | undefined };

/**
 * Judges stored evidence anew. A receipt is an index, never evidence: one that points to other
 * content than its evidence is about, or calls it by another name, must not pass as verified.
 * @throws KongcrateError SIGNATURE_MISMATCH, and as the verifier does
 */
export async function judgeReceipt(
  receipt: JudgedReceipt,
  evidence: ContentSnapshot,
  { verifier, ...call }: CallOptions & { readonly verifier: Verifier },
): Promise<VerifiedSubject> {
  const { name, repository, tag, digest, file, trust } = receipt;
  const store =
    file === undefined
      ? new MemoryStore(evidence)
      : new FileStore(evidence, digest, { ...STORED_LIMITS, name: file });
  const signatures = keptSignatures(trust, store);
  const pinned = await pinReference(store, { repository, tag, digest, file });
  const subject = await verifier.verify(pinned, store, { ...call, signatures });
  if (saysTheSame(receipt, subject)) return subject;
  throw new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the receipt of ${name} is not about what was signed as ${digest}`,
    { remedy: 'Somebody changed it. Install the version that you want again.' },
  );
}

/** Where evidence keeps signatures that were found in another repository. */
export function keptSignatures(
  trust: PluginReceipt['trust'],
  store: ReadableStore,
): { readonly repository: string; readonly store: ReadableStore } | undefined {
  const elsewhere = trust.kind === 'signed' ? trust.signatureRepository : undefined;
  return elsewhere === undefined ? undefined : { repository: elsewhere, store };
}

function saysTheSame(receipt: JudgedReceipt, subject: VerifiedSubject): boolean {
  const { annotations, layers } = subject.manifest;
  const name = annotations[PLUGIN_NAME_ANNOTATION] ?? receipt.name;
  const version = annotations[PLUGIN_VERSION_ANNOTATION] ?? receipt.version;
  return (
    receipt.manifestDigest === subject.manifestDigest &&
    receipt.layerDigest === layers[0]?.digest &&
    receipt.name === name &&
    receipt.version === version
  );
}
