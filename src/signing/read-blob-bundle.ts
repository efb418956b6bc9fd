import { X509Certificate } from 'node:crypto';
import { refuseAmbiguousJson } from '../content/refuse-ambiguous-json.ts';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { readPem, writePem } from './pem.ts';
import { readPublicKey, toPublicKey } from './public-key.ts';
import { readLogEntry } from './read-legacy-proofs.ts';
import type { SignatureCandidate, SignatureProofs } from './signature-candidate.ts';
import type { JsonObject } from './signed-claims.ts';

/** cosign 2, pkg/cosign: LocalSignedPayload, bundle.RekorBundle and RekorPayload. */
const TOP = ['base64Signature', 'cert', 'rekorBundle'];
const ENTRY = ['SignedEntryTimestamp', 'Payload'];
const PAYLOAD = ['body', 'integratedTime', 'logIndex', 'logID'];

/**
 * Reads the bundle that `cosign sign-blob --bundle` of cosign 2 writes, more strictly than cosign:
 * no other keys, no second spelling of the same bytes. Nothing in it is believed yet.
 * @throws KongcrateError CONTENT_INVALID
 */
export function readBlobBundle(text: string): Pick<SignatureCandidate, 'signature' | 'proofs'> {
  try {
    const document = objectOf(JSON.parse(text), TOP);
    refuseAmbiguousJson(text, [...TOP, ...ENTRY, ...PAYLOAD]);
    const { base64Signature, cert, rekorBundle } = document;
    const entry = rekorBundle == null ? undefined : readEntry(rekorBundle);
    return {
      signature: bytesOf(base64Signature),
      proofs: {
        ...(cert === undefined ? {} : readSigner(bytesOf(cert).toString('utf8'))),
        entries: entry ? [entry] : [],
        timestamps: [],
      },
    };
  } catch (cause) {
    throw new KongcrateError(
      'CONTENT_INVALID',
      `it is no bundle of cosign sign-blob (${messageOf(cause)})`,
      { remedy: 'Sign the file again.', cause },
    );
  }
}

/** The certificate or the public key that cosign put beside the signature. */
function readSigner(pem: string): Pick<SignatureProofs, 'certificate' | 'keyId'> {
  const block = readPem(pem);
  if (!block || writePem(block.label, block.der).trim() !== pem.trim())
    throw new Error('its cert is not one PEM block');
  if (block.label !== 'CERTIFICATE') return { keyId: readPublicKey(pem).keyId };
  const { raw, publicKey } = new X509Certificate(block.der);
  return { certificate: raw, keyId: toPublicKey(publicKey).keyId };
}

function readEntry(value: unknown): ReturnType<typeof readLogEntry> {
  const { SignedEntryTimestamp, Payload } = objectOf(value, ENTRY);
  const { body, logID } = objectOf(Payload, PAYLOAD);
  for (const base64 of [SignedEntryTimestamp, body]) bytesOf(base64);
  if (typeof logID !== 'string' || !/^[0-9a-f]{64}$/.test(logID))
    throw new Error(`${JSON.stringify(logID)} is no log's ID`);
  return readLogEntry(value);
}

function objectOf(value: unknown, names: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('it has another shape');
  const stray = Object.keys(value).find((name) => !names.includes(name));
  if (stray === undefined) return value as JsonObject;
  throw new Error(`it has the key ${JSON.stringify(stray)}`);
}

function bytesOf(value: unknown): Buffer {
  const text = typeof value === 'string' ? value : '';
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > 0 && bytes.toString('base64') === text) return bytes;
  throw new Error(`${JSON.stringify(text.slice(0, 40))} is no base64`);
}
