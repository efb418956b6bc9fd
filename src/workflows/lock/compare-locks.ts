import { signerIdOf } from '../../content/signer-id.ts';
import { differencesOf, type FactDifference, type Facts } from '../compare-facts.ts';
import type { Lock, LockedPlugin } from './lock.ts';

export interface LockChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of `version`, `reference`, `repository`, `digest`, `layer`, `signer`, and `file PATH`. */
  readonly differences: readonly FactDifference[];
}

/** What changes from one lock to another, plugin by plugin. */
export function compareLocks(before: Lock, after: Lock): readonly LockChange[] {
  const [old, next] = [before, after].map(
    ({ plugins }) => new Map(plugins.map((plugin) => [plugin.name, plugin])),
  );
  const names = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
  return [...names].sort().flatMap((name) => {
    const [one, other] = [old?.get(name), next?.get(name)];
    const differences = differencesOf(factsOf(one), factsOf(other));
    const change = one ? (other ? 'changed' : 'removed') : 'added';
    return differences.length === 0 ? [] : [{ name, change, differences }];
  });
}

function factsOf(plugin: LockedPlugin | undefined): Facts {
  if (!plugin) return new Map();
  const { version, reference, repository, digest, layer, signers, files } = plugin;
  const single = Object.entries({ version, reference, repository, digest, layer }).flatMap(
    ([what, value]) => (value === undefined ? [] : [[what, { what, value }] as const]),
  );
  // Signers have no order: one that is gone and one that came are two facts.
  const vouching = signers.map((signer) => {
    const value = signerIdOf(signer);
    return [`signer ${value}`, { what: 'signer', value }] as const;
  });
  const hashes = [...files].map(([path, sha256]) => {
    const what = `file ${path}`;
    return [what, { what, value: `sha256:${sha256}` }] as const;
  });
  return new Map([...single, ...vouching, ...hashes]);
}
