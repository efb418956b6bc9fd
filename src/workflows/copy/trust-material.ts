import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { digestOf, hexOf } from '../../reference/digest.ts';
import { readPublicKey } from '../../signing/public-key.ts';
import { trustRootLoader } from '../../signing/trust-root-loader.ts';

/** A key or trusted root that travels beside artifacts; nothing uses it by itself. */
export interface TrustMaterial {
  readonly kind: 'key' | 'trusted-root';
  /** sha256, lower-case hex: of a key's SubjectPublicKeyInfo, of a root's file. */
  readonly fingerprint: string;
  readonly bytes: Buffer;
}

/** Where it stands in a layout or archive. */
export const TRUST_DIRECTORY = 'trust';
export const MAX_TRUST_BYTES: number = 1024 * 1024;

const NAME = /^[0-9a-f]{64}\.(?:pub|json)$/;

/**
 * Reads a public key in PEM, or a trusted root in JSON.
 * @throws KongcrateError KEY_INVALID, also for a private key; TRUSTED_ROOT_INVALID
 */
export async function readTrustMaterial(bytes: Buffer): Promise<TrustMaterial> {
  const text = bytes.toString('utf8');
  if (!text.trimStart().startsWith('{')) {
    const { keyId, pem } = readPublicKey(text);
    return { kind: 'key', fingerprint: keyId, bytes: Buffer.from(pem) };
  }
  await trustRootLoader(text)();
  return { kind: 'trusted-root', fingerprint: hexOf(digestOf(bytes)), bytes };
}

/** The file's name: its fingerprint, so that no name says more than that. */
export function nameOfMaterial({ kind, fingerprint }: TrustMaterial): string {
  return `${fingerprint}.${kind === 'key' ? 'pub' : 'json'}`;
}

/**
 * Reads what stands beside artifacts: names and bytes come from whoever made the archive.
 * @throws KongcrateError CONTENT_INVALID for anything that `copy --trust` would not have written
 */
export async function checkTrustMaterial(name: string, bytes: Buffer): Promise<TrustMaterial> {
  if (!NAME.test(name)) throw invalid(name, 'its name is no fingerprint');
  try {
    const material = await readTrustMaterial(bytes);
    if (nameOfMaterial(material) === name) return material;
  } catch (error) {
    throw invalid(name, messageOf(error), error);
  }
  throw invalid(name, 'it has another fingerprint');
}

function invalid(name: string, why: string, cause?: unknown): KongcrateError {
  const what = `${TRUST_DIRECTORY}/${JSON.stringify(name)} is refused: ${why}`;
  return new KongcrateError('CONTENT_INVALID', what, {
    remedy: 'Do not use it: get keys and trusted roots from somebody you trust.',
    cause,
  });
}
