import type { SignedArtifact } from '../workflows/sign-artifact.ts';

/** One line for each format: written now, or there already. */
export function renderSignatures(signatures: SignedArtifact['signatures']): string {
  return signatures
    .map(({ format, state, digest }) =>
      state === 'added'
        ? `${format} signature written: ${digest}`
        : `${format} signature was there`,
    )
    .join('\n');
}
