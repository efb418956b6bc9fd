import type { TrustOptions } from '../workflows/verify-artifact.ts';
import type { Context } from './context.ts';
import { readPublicKeys } from './read-key.ts';
import type { TrustFlags } from './shared-options.ts';

/** Reads the keys that the trust flags name and turns the flags into a workflow's options. */
export function trustOf(flags: TrustFlags, context: Context): TrustOptions {
  const { threshold, annotation, plugin, maxSignatures } = flags;
  return {
    keys: readPublicKeys(flags.key, context),
    ...(threshold === undefined ? {} : { threshold }),
    ...(annotation === undefined ? {} : { annotations: annotation }),
    ...(plugin === undefined ? {} : { expectedName: plugin }),
    ...(maxSignatures === undefined ? {} : { maxBundles: maxSignatures }),
  };
}
