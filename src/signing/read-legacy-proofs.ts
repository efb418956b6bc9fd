import { X509Certificate } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { messageOf } from '../errors/kongcrate-error.ts';
import { CERTIFICATE, LOG_ENTRY, TIMESTAMP } from './legacy-annotations.ts';
import { readPem } from './pem.ts';
import type { SignatureProofs } from './signature-candidate.ts';
import { asObject, refusedSignature } from './signed-claims.ts';

/**
 * Reads what a layer of a `.sig` manifest carries in annotations (cosign specs/SIGNATURE_SPEC.md)
 * in the form of a bundle v0.1. The chain is left out: only the trusted root says who is above.
 * @throws KongcrateError SIGNATURE_MISMATCH for garbage, which both cosigns refuse with a key too
 */
export function readLegacyProofs(
  annotations: Readonly<Record<string, string>> = {},
): SignatureProofs {
  const certificate = read(annotations, CERTIFICATE, decodeCertificate);
  const entry = read(annotations, LOG_ENTRY, (json) => readLogEntry(JSON.parse(json)));
  const timestamp = read(annotations, TIMESTAMP, decodeTimestamp);
  return {
    ...(certificate ? { certificate } : {}),
    entries: entry ? [entry] : [],
    timestamps: timestamp ? [timestamp] : [],
  };
}

/** cosign writes empty annotations too: those say nothing. */
function read<Value>(
  annotations: Readonly<Record<string, string>>,
  name: string,
  decode: (text: string) => Value,
): Value | undefined {
  const text = annotations[name] ?? '';
  try {
    return text === '' ? undefined : decode(text);
  } catch (error) {
    throw refusedSignature(`its annotation ${name} cannot be read (${messageOf(error)})`);
  }
}

function decodeCertificate(pem: string): Uint8Array {
  const block = readPem(pem);
  if (block?.label !== 'CERTIFICATE') throw new Error('it is not one certificate in PEM');
  return new X509Certificate(block.der).raw;
}

/**
 * An entry of Rekor v1 as cosign keeps it: the log's signature beside what it covers.
 * @throws Error with what is wrong
 */
export function readLogEntry(value: unknown): TransparencyLogEntry {
  const { SignedEntryTimestamp, Payload } = asObject(value);
  const { body, integratedTime, logIndex, logID } = asObject(Payload);
  const canonicalizedBody = bytesOf(body, 'base64');
  const { kind, apiVersion } = asObject(JSON.parse(canonicalizedBody.toString('utf8')));
  return {
    logIndex: countOf(logIndex),
    logId: { keyId: bytesOf(logID, 'hex') },
    kindVersion: { kind: String(kind), version: String(apiVersion) },
    integratedTime: countOf(integratedTime),
    inclusionPromise: { signedEntryTimestamp: bytesOf(SignedEntryTimestamp, 'base64') },
    inclusionProof: undefined,
    canonicalizedBody,
  };
}

function decodeTimestamp(json: string): Uint8Array {
  return bytesOf(asObject(JSON.parse(json))['SignedRFC3161Timestamp'], 'base64');
}

function bytesOf(value: unknown, encoding: 'base64' | 'hex'): Buffer {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', encoding);
  if (bytes.length > 0) return bytes;
  throw new Error(`${JSON.stringify(value)} is no ${encoding}`);
}

function countOf(value: unknown): string {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return String(value);
  throw new Error(`${JSON.stringify(value)} is no count`);
}
