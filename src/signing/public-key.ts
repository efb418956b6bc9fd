import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkKeyKind } from './check-key-kind.ts';
import { readPem, type PemBlock } from './pem.ts';

/** A key that signatures are checked with. */
export interface PublicKey {
  /** sha256 over the SubjectPublicKeyInfo (RFC 5280), lower-case hex. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo as PEM, as cosign writes it. */
  readonly pem: string;
  readonly key: KeyObject;
}

/** The encodings of cosign.pub; what holds a certificate or a private key is neither. */
const ENCODINGS = { 'PUBLIC KEY': 'spki', 'RSA PUBLIC KEY': 'pkcs1' } as const;

/**
 * Reads a public key from PEM: P-256, P-384, P-521, Ed25519, or RSA from 2048 bits.
 * @throws KongcrateError KEY_INVALID: a private key, a certificate, another kind of key, no PEM
 */
export function readPublicKey(pem: string): PublicKey {
  const block = readPem(pem);
  if (!block) throw invalid('this is not one PEM block with a public key');
  if (block.label.includes('PRIVATE KEY')) throw invalid('this is a private key: give cosign.pub');
  return toPublicKey(decode(block));
}

/** Describes a key object, public or private, by its public half. */
export function toPublicKey(key: KeyObject): PublicKey {
  checkKeyKind(key);
  const half = key.type === 'public' ? key : createPublicKey(key);
  const spki = half.export({ type: 'spki', format: 'der' });
  return {
    keyId: createHash('sha256').update(spki).digest('hex'),
    pem: half.export({ type: 'spki', format: 'pem' }).toString(),
    key: half,
  };
}

function decode({ label, der }: PemBlock): KeyObject {
  if (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY')
    throw invalid(`this is a PEM block "${label}", not a public key`);
  try {
    return createPublicKey({ key: der, format: 'der', type: ENCODINGS[label] });
  } catch (cause) {
    throw invalid('the public key cannot be decoded', cause);
  }
}

function invalid(message: string, cause?: unknown): KongcrateError {
  return new KongcrateError('KEY_INVALID', message, {
    remedy: 'Give cosign.pub: a PEM file that begins with BEGIN PUBLIC KEY.',
    cause,
  });
}
