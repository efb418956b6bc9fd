import { isNestedDeeper, MAX_PREDICATE_LEVELS } from '../content/is-nested-deeper.ts';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

/** What a signer says in the bytes that were signed, beside the digest. */
export interface SignedClaims {
  /** `docker-reference` of a legacy payload, the subject's name of an attestation; bundles have none. */
  readonly signedReference?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads signed bytes as one JSON object in UTF-8. Called only after the signature over these bytes
 * held (CVE-2026-39395: cosign accepted malformed payloads).
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function parseSignedObject(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw refusedSignature(`what it signs is no JSON object (${messageOf(error)})`);
  }
  // A statement is one level around its predicate.
  if (!isNestedDeeper(value, MAX_PREDICATE_LEVELS + 1)) return asObject(value);
  throw refusedSignature(`what it signs is nested deeper than ${MAX_PREDICATE_LEVELS} levels`);
}

/** A JSON object, or an empty one in place of anything else. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

/** The annotations whose values are texts; a number never equals the text of `-a`, as in cosign. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(asObject(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** One signature that does not count, and why. */
export function refusedSignature(
  reason: string,
  details: KongcrateError['details'] = {},
): KongcrateError {
  return new KongcrateError('SIGNATURE_MISMATCH', reason, {
    remedy: 'Sign the artifact again with a key that is trusted here.',
    details,
  });
}
