import { createPublicKey, X509Certificate } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { readPem } from './pem.ts';
import { toPublicKey } from './public-key.ts';
import { asObject, refusedSignature, type JsonObject } from './signed-claims.ts';

/** What the entry must have been made with: the certificate in DER, or a key by its `keyId`. */
export type EntrySigner = { readonly certificate: Uint8Array } | { readonly keyId: string };

type Locate = (spec: JsonObject) => unknown;

/** Where entries of each kind keep the key; Rekor v1 as PEM in base64, Rekor v2 as an object. */
const LOCATIONS: ReadonlyMap<string, Locate> = new Map<string, Locate>([
  ['hashedrekord 0.0.1', ({ signature }) => at(signature, 'publicKey', 'content')],
  ['dsse 0.0.1', ({ signatures }) => at(signatures, '0', 'verifier')],
  ['intoto 0.0.2', ({ content }) => at(content, 'envelope', 'signatures', '0', 'publicKey')],
  ['hashedrekord 0.0.2', (spec) => at(spec, 'hashedRekordV002', 'signature', 'verifier')],
]);

/**
 * Demands that a log entry was made with the key of the signature. @sigstore/verify 4.1.3 compares
 * signature and content only, so that an entry by anybody else passes (CVE-2026-22703).
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function checkEntryKey(entry: TransparencyLogEntry, signer: EntrySigner): void {
  const { kind, version } = entry.kindVersion;
  const { spec } = asObject(JSON.parse(entry.canonicalizedBody.toString('utf8')));
  const found = LOCATIONS.get(`${kind} ${version}`)?.(asObject(spec));
  if (found === undefined) throw refusedSignature(`its log entry ${kind} ${version} names no key`);
  if (!isMadeBy(found, signer))
    throw refusedSignature('its log entry was made with another certificate or key');
}

function isMadeBy(found: unknown, signer: EntrySigner): boolean {
  const { certificate, spki } = typeof found === 'string' ? fromPem(found) : fromObject(found);
  if ('certificate' in signer)
    return certificate?.equals(new Uint8Array(signer.certificate)) === true;
  // With --key cosign 2 may log the certificate that was given beside the key.
  const key = certificate
    ? new X509Certificate(certificate).publicKey
    : createPublicKey({ key: spki ?? Buffer.alloc(0), format: 'der', type: 'spki' });
  return toPublicKey(key).keyId === signer.keyId;
}

interface FoundKey {
  readonly certificate?: Buffer | undefined;
  readonly spki?: Buffer | undefined;
}

function fromPem(base64: string): FoundKey {
  const block = readPem(Buffer.from(base64, 'base64').toString('utf8'));
  return block?.label === 'CERTIFICATE' ? { certificate: block.der } : { spki: block?.der };
}

function fromObject(value: unknown): FoundKey {
  const bytesAt = (name: string): Buffer | undefined => {
    const base64 = at(value, name, 'rawBytes');
    return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined;
  };
  return { certificate: bytesAt('x509Certificate'), spki: bytesAt('publicKey') };
}

/** The value at a path of keys and indexes. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((object, name) => asObject(object)[name], value);
}
