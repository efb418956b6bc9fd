import type { TrustRoot } from './trust-root.ts';

/**
 * Reads a trusted root when it is first asked for, and once: signatures by keys that nobody logged
 * need none, and its code is most of what verification loads.
 * @param json its text; without one the public-good root of this package is meant
 */
export function trustRootLoader(json?: string): () => Promise<TrustRoot> {
  let root: Promise<TrustRoot> | undefined;
  return () => {
    root ??= import('./trust-root.ts').then(({ readTrustRoot, PUBLIC_GOOD }) =>
      readTrustRoot(json ?? PUBLIC_GOOD.json),
    );
    return root;
  };
}
