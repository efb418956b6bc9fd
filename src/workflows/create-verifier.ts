import { KongcrateError } from '../errors/kongcrate-error.ts';
import { createKeyVerifier } from '../signing/create-key-verifier.ts';
import { createUnsignedVerifier } from '../signing/create-unsigned-verifier.ts';
import type { PublicKey } from '../signing/public-key.ts';
import type { Verifier } from '../signing/verifier.ts';

/** Whom to trust: the flags that `verify`, `install` and `pull` share. */
export interface TrustOptions {
  /** Public keys, any of which may sign. */
  readonly keys?: readonly PublicKey[];
  /** How many distinct keys must have signed; default 1. */
  readonly threshold?: number;
  /** Annotations that must be signed, compared as texts. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The plugin name that the signed manifest must carry. */
  readonly expectedName?: string;
  /** How many bundles are read before a clear refusal; default 100. */
  readonly maxBundles?: number;
  /** Reads no more signatures once every key is seen to have signed. */
  readonly stopOnceSigned?: boolean;
}

/**
 * Builds the verifier that the flags ask for.
 * @param allowUnsigned accepts an artifact for which every place answered "no signature"
 * @throws KongcrateError TRUST_MISSING, USAGE
 */
export function createVerifier(trust: TrustOptions, allowUnsigned = false): Verifier {
  const keys = trust.keys ?? [];
  if (allowUnsigned) refuseDemands(trust);
  if (keys.length > 0)
    return createKeyVerifier({ ...trust, keys, threshold: trust.threshold ?? 1 });
  if (!allowUnsigned)
    throw new KongcrateError('TRUST_MISSING', 'nothing says whom to trust', {
      remedy: 'Name the signer with --key cosign.pub.',
    });
  return createUnsignedVerifier(trust);
}

/** What is demanded of signatures makes no sense where none may be there. */
function refuseDemands({ keys = [], threshold, annotations }: TrustOptions): void {
  const demands = [
    ...(keys.length > 0 ? ['--key'] : []),
    ...(threshold === undefined ? [] : ['--threshold']),
    ...(annotations === undefined ? [] : ['--annotation']),
  ];
  if (demands.length === 0) return;
  throw new KongcrateError('USAGE', `--allow-unsigned contradicts ${demands.join(' and ')}`, {
    remedy: 'Leave out --allow-unsigned: what is demanded of signatures needs a signature.',
  });
}
