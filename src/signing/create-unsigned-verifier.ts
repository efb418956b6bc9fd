import { collectSignatures } from './collect-signatures.ts';
import { refuseAnySignature } from './explain-refusal.ts';
import type { PluginManifest } from './read-plugin-manifest.ts';
import { readSubject } from './read-subject.ts';
import type { Verifier } from './verifier.ts';
import { vouch } from './vouch.ts';

export interface UnsignedPolicy {
  /** The plugin's name as the caller knows it: from lock, receipt or `--plugin`. */
  readonly expectedName?: string;
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
  /** Has the last word, and throws where it refuses. */
  readonly approve?: (plugin: PluginManifest) => void;
}

/**
 * The verifier behind `--allow-unsigned`: it lets through what has no signature at all, and only
 * when every place answered so. Whatever looks like a signature refuses, damaged or not: whoever
 * can spoil one must not turn a signed plugin into an unsigned one.
 */
export function createUnsignedVerifier({
  expectedName,
  maxBundles,
  approve,
}: UnsignedPolicy = {}): Verifier {
  return {
    async verify(reference, store, { signatures, ...options } = {}) {
      const subject = await readSubject(store, reference, options);
      const { findSignatures } = subject;
      const bounds = maxBundles === undefined ? {} : { maxBundles };
      const { digest } = reference.descriptor;
      const search = { ...options, ...bounds, findSignatures };
      refuseAnySignature(await collectSignatures(store, digest, search));
      // Whoever names another place must not hide the signatures that are beside the subject.
      if (signatures) {
        const elsewhere = { ...search, place: signatures.repository };
        refuseAnySignature(await collectSignatures(signatures.store, digest, elsewhere));
      }
      const trust = { kind: 'unsigned' } as const;
      return vouch({ reference, subject, signatures: [], trust, expectedName, approve });
    },
  };
}
