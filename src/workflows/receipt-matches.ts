import type { VerifiedSubject } from '../content/verified-subject.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../reference/media-types.ts';

/**
 * Whether a receipt says what its signed evidence says. A receipt is an index, never evidence:
 * one that points to other content, or calls it by another name, must not pass as verified.
 */
export function receiptMatches(receipt: PluginReceipt, subject: VerifiedSubject): boolean {
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
