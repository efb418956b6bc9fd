import type { TrustOptions } from '../workflows/create-verifier.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Context } from './context.ts';
import { nameKey } from './name-key.ts';
import { readPublicKey, type PublicKey } from '../signing/public-key.ts';
import { readKeyText } from './read-key-text.ts';
import type { TrustFlags } from './shared-options.ts';

/** Reads the keys that the trust flags name and turns the flags into a workflow's options. */
export function trustOf(flags: TrustFlags, context: Context): TrustOptions {
  if (flags.insecureIgnoreTlog !== undefined)
    throw new KongcrateError('USAGE', '--insecure-ignore-tlog says nothing about keys', {
      remedy: 'Signatures by keys need no log: leave it out.',
    });
  const { threshold, annotation, plugin, maxSignatures } = flags;
  return {
    keys: (flags.key ?? []).map((name) => readTrustedKey(name, context)),
    ...(threshold === undefined ? {} : { threshold }),
    ...(annotation === undefined ? {} : { annotations: annotation }),
    ...(plugin === undefined ? {} : { expectedName: plugin }),
    ...(maxSignatures === undefined ? {} : { maxBundles: maxSignatures }),
  };
}

function readTrustedKey(name: string, context: Context): PublicKey {
  const pem = readKeyText(name, context);
  try {
    return readPublicKey(pem);
  } catch (error) {
    throw nameKey(name, error);
  }
}
