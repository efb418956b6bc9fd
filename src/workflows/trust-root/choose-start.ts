import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { digestOf, type Digest } from '../../reference/digest.ts';
import type { TufMetadata, UpdateRecord } from './update-record.ts';

/** The TUF root of sigstore's public-good instance that comes with sigstore's own package. */
const FIRST_ROOT = Buffer.from(seeds['https://tuf-repo-cdn.sigstore.dev']['root.json'], 'base64');

/** What TUF begins with. */
export interface TufStart {
  /** Of the root that the user, or this package, began with. */
  readonly firstRoot: Digest;
  readonly metadata: TufMetadata;
}

/**
 * Chooses what is trusted before a mirror is asked: with the same first root, what was learned
 * since; with another one, that one alone.
 */
export function chooseStart(
  given: Uint8Array | undefined,
  known: UpdateRecord | undefined,
): TufStart {
  if (known && (given === undefined || digestOf(given) === known.firstRoot)) return known;
  const root = given ?? FIRST_ROOT;
  return { firstRoot: digestOf(root), metadata: { root: Buffer.from(root).toString('utf8') } };
}
