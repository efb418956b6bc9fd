import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import type { CallOptions } from '../content/content-store.ts';
import type { ContentSnapshot } from '../content/content-snapshot.ts';
import { MemoryStore } from '../content/memory-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import { signerIdOf, type SignerName } from '../content/signer-id.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import type { PluginReceipt, ReceiptSigner } from '../install/receipt.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../reference/media-types.ts';
import { readPublicKey, type PublicKey } from '../signing/public-key.ts';
import type { IdentityDemand } from '../signing/signer-demand.ts';
import { exactly } from '../signing/text-demand.ts';
import type { Verifier } from '../signing/verifier.ts';
import { namesSigner, type TrustOptions } from './create-verifier.ts';
import { FileStore } from './file-store.ts';

/**
 * The trust that stands in a receipt, for commands that name no signer themselves: the keys and
 * identities that vouched when the plugin was installed. Signers on the command line narrow it,
 * never widen it.
 * @throws KongcrateError SIGNATURE_MISMATCH where the receipt has no usable signers any more
 */
export function recordedTrust<Options extends TrustOptions>(
  receipt: PluginReceipt,
  options: Options,
): Options & { readonly allowUnsigned: boolean } {
  if (namesSigner(options)) return { ...options, allowUnsigned: false };
  if (receipt.trust.kind === 'unsigned') return { ...options, allowUnsigned: true };
  const { name, trust } = receipt;
  const { signers } = trust;
  if (signers.length === 0) throw noSigners(name, 'there is none');
  // All who vouched then must vouch again, unless a threshold says otherwise.
  return {
    threshold: signers.length,
    ...(signers.some(wasNotLogged) ? { log: 'optional' as const } : {}),
    ...options,
    keys: signers.flatMap((one) => (one.kind === 'key' ? [recordedKey(name, one.publicKey)] : [])),
    identities: signers.flatMap((one) => (one.kind === 'certificate' ? [toIdentity(one)] : [])),
    allowUnsigned: false,
  };
}

/** An identity that was accepted without a log, by a timestamp alone. */
function wasNotLogged(signer: ReceiptSigner): boolean {
  return signer.kind === 'certificate' && signer.log !== 'verified';
}

/** The workflow of the next build has another commit: only who it is stays. */
function toIdentity({ subject, issuer }: ReceiptCertificate): IdentityDemand {
  return {
    kind: 'identity',
    identity: exactly(subject, 'the recorded identity'),
    issuer: exactly(issuer, 'the recorded issuer'),
  };
}

type ReceiptCertificate = Extract<ReceiptSigner, { readonly kind: 'certificate' }>;

function recordedKey(name: string, publicKey: string): PublicKey {
  try {
    return readPublicKey(publicKey);
  } catch (error) {
    throw noSigners(name, messageOf(error), error);
  }
}

function noSigners(name: string, why: string, cause?: unknown): KongcrateError {
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the receipt of ${name} has no keys to judge it by: ${why}`,
    { remedy: 'Somebody changed it. Name the signer with --key cosign.pub.', cause },
  );
}

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
  const elsewhere = trust.kind === 'signed' ? trust.signatureRepository : undefined;
  const signatures = elsewhere === undefined ? undefined : { repository: elsewhere, store };
  const pinned = await pinReference(store, { repository, tag, digest, file });
  const subject = await verifier.verify(pinned, store, { ...call, signatures });
  if (saysTheSame(receipt, subject)) return subject;
  throw new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the receipt of ${name} is not about what was signed as ${digest}`,
    { remedy: 'Somebody changed it. Install the version that you want again.' },
  );
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

/**
 * Refuses an artifact that calls itself like an installed plugin but comes from other signers: a
 * name is a claim of whoever signed, and the receipt knows who that was. Naming the plugin on the
 * command line is the consent that a rotation of keys needs.
 * @throws KongcrateError SIGNER_CHANGED
 */
export function refuseOtherSigners(
  name: string,
  { trust, reference }: VerifiedSubject,
  receipts: readonly PluginReceipt[],
): void {
  const receipt = receipts.find((one) => one.name === name);
  const installed = receipt?.trust;
  if (installed?.kind !== 'signed' || trust.kind !== 'signed') return;
  if (receipt?.digest === reference.descriptor.digest) return;
  const known = new Set(installed.signers.map(signerIdOf));
  if (trust.signers.some((signer) => known.has(signerIdOf(signer)))) return;
  const before = installed.signers.map(shortName).join(', ');
  throw new KongcrateError('SIGNER_CHANGED', `${name} was signed by ${before}, and this is not`, {
    remedy:
      reference.file === undefined
        ? `If the signer changed with your consent, name the plugin: --plugin ${name}.`
        : 'If the signer changed with your consent, give --allow-signer-change.',
    details: { name, installed: [...known], offered: trust.signers.map(signerIdOf) },
  });
}

function shortName(signer: SignerName): string {
  return signer.kind === 'key' ? signer.keyId.slice(0, 16) : `${signer.subject} (${signer.issuer})`;
}

/**
 * Refuses to go back from a version that somebody signed to one that nobody did.
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function refuseLossOfSignature(
  { name, version, digest, trust }: PluginReceipt,
  receipts: readonly PluginReceipt[],
): void {
  const isSigned = receipts.some((live) => live.name === name && live.trust.kind === 'signed');
  if (trust.kind === 'signed' || !isSigned) return;
  throw new KongcrateError(
    'SIGNATURE_MISMATCH',
    `${name} is signed now, and ${version ?? digest} never was`,
    { remedy: 'Go back to it all the same with --allow-unsigned, or install a signed version.' },
  );
}
