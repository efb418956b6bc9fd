import { SIGNATURE_ANNOTATION } from '../reference/media-types.ts';
import type { LogEntry } from './log-entry.ts';
import type { NewSignature } from './make-signature.ts';
import { writePem } from './pem.ts';

/** What stands beside a legacy signature (cosign specs/SIGNATURE_SPEC.md). */
export const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const CHAIN = 'dev.sigstore.cosign/chain';
export const LOG_ENTRY = 'dev.sigstore.cosign/bundle';
export const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';

/** The annotations of a layer with a legacy signature, as cosign 2 writes them. */
export function writeLegacyAnnotations({
  signature,
  signer: { certificate },
  proofs: { entries, timestamps },
}: NewSignature): Readonly<Record<string, string>> {
  const [entry] = entries;
  const [timestamp] = timestamps;
  return {
    [SIGNATURE_ANNOTATION]: toBase64(signature),
    ...(entry ? { [LOG_ENTRY]: writeLogEntry(entry) } : {}),
    ...(certificate
      ? {
          [CERTIFICATE]: writePem('CERTIFICATE', certificate.leaf),
          [CHAIN]: certificate.chain.map((one) => writePem('CERTIFICATE', one)).join(''),
        }
      : {}),
    ...(timestamp
      ? { [TIMESTAMP]: JSON.stringify({ SignedRFC3161Timestamp: toBase64(timestamp) }) }
      : {}),
  };
}

/** The log's promise beside what it covers; an entry without one has no place here. */
function writeLogEntry(entry: LogEntry): string {
  return JSON.stringify({
    SignedEntryTimestamp: toBase64(
      entry.inclusionPromise?.signedEntryTimestamp ?? new Uint8Array(),
    ),
    Payload: {
      body: toBase64(entry.canonicalizedBody),
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: entry.logId.keyId.toString('hex'),
    },
  });
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
