import { isNestedDeeper, MAX_PREDICATE_LEVELS } from '../content/is-nested-deeper.ts';
import { refuseAmbiguousJson } from '../content/refuse-ambiguous-json.ts';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { predicateTypeOf } from './predicate-type.ts';

/** The most bytes a predicate may have: stored it grows by a third, and no reader takes more. */
export const MAX_PREDICATE_BYTES: number = 8 * 1024 * 1024;

/** What is to be attested, ready to be signed. */
export interface ReadPredicate {
  /** The URI of its type. */
  readonly predicateType: string;
  /** JSON text. */
  readonly predicate: string;
}

/** The gross shape of what has a specification: texts that each of them has to have. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'https://slsa.dev/provenance/v1': ['buildDefinition.buildType', 'runDetails.builder.id'],
  'https://slsa.dev/provenance/v0.2': ['buildType', 'builder.id'],
  'https://spdx.dev/Document': ['spdxVersion', 'SPDXID'],
  'https://cyclonedx.org/bom': ['bomFormat', 'specVersion'],
};
const CUSTOM = 'https://cosign.sigstore.dev/attestation/v1';

/**
 * Reads what is to be attested: one JSON object in UTF-8, which is signed byte for byte. What is
 * `custom` may be any text: it is wrapped as both cosigns do, with the time.
 * @param type one of cosign's words, or a URI
 * @throws KongcrateError USAGE: no such type, no JSON, a key twice in an object, more than 100 levels,
 *   not in the shape of its type; CONTENT_TOO_LARGE
 */
export function readPredicate(type: string, bytes: Uint8Array, now: Date): ReadPredicate {
  const predicateType = predicateTypeOf(type);
  if (bytes.length > MAX_PREDICATE_BYTES)
    throw new KongcrateError(
      'CONTENT_TOO_LARGE',
      `a predicate of ${bytes.length} bytes; the limit is ${MAX_PREDICATE_BYTES}`,
      { remedy: 'Attest where it can be downloaded, with its digest.' },
    );
  const text = decode(bytes);
  if (predicateType === CUSTOM) {
    const Timestamp = now.toISOString().replace(/\.\d+Z$/, 'Z');
    return { predicateType, predicate: JSON.stringify({ Data: text, Timestamp }) };
  }
  const value = parse(text);
  const missing = (TEXTS[predicateType] ?? []).filter(
    (path) => typeof at(value, path) !== 'string',
  );
  if (missing.length === 0) return { predicateType, predicate: text.trim() };
  throw refused(`it is no ${predicateType}: ${missing.join(' and ')} should be a text`);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused('it is no UTF-8');
  }
}

function parse(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
    // Go's protojson, and so cosign 3, refuses a key that stands there twice.
    refuseAmbiguousJson(text);
  } catch (error) {
    throw refused(`it is no JSON that every reader takes (${messageOf(error)})`);
  }
  if (!isObject(value)) throw refused('it is no JSON object, which in-toto demands');
  if (!isNestedDeeper(value, MAX_PREDICATE_LEVELS)) return value;
  throw refused(`it is nested deeper than ${MAX_PREDICATE_LEVELS} levels`);
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((object, name) => (isObject(object) ? object[name] : undefined), value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(what: string): KongcrateError {
  return new KongcrateError('USAGE', `the predicate cannot be attested: ${what}`, {
    remedy: 'Give the JSON document itself; SPDX in its tag-value form has to be converted first.',
  });
}
