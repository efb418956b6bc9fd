import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import type { PluginReceipt } from '../install/receipt.ts';

/**
 * Refuses an artifact that calls itself like an installed plugin but comes from other signers: a
 * name is a claim of whoever signed, and the receipt knows who that was. Naming the plugin on the
 * command line is the consent that a rotation of keys needs.
 * @throws KongcrateError SIGNER_CHANGED
 */
export function checkSigners(
  name: string,
  { trust, reference }: VerifiedSubject,
  receipts: readonly PluginReceipt[],
): void {
  const receipt = receipts.find((one) => one.name === name);
  const installed = receipt?.trust;
  if (installed?.kind !== 'keys' || trust.kind !== 'keys') return;
  if (receipt?.digest === reference.descriptor.digest) return;
  const known = new Set(installed.signers.map(({ keyId }) => keyId));
  if (trust.signers.some(({ keyId }) => known.has(keyId))) return;
  const before = [...known].map((keyId) => keyId.slice(0, 16)).join(', ');
  throw new KongcrateError('SIGNER_CHANGED', `${name} was signed by ${before}, and this is not`, {
    remedy: `If the signer changed with your consent, name the plugin: --plugin ${name}.`,
    details: { name, installed: [...known], offered: trust.signers.map(({ keyId }) => keyId) },
  });
}
