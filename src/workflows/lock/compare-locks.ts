import { signerIdOf } from '../../content/signer-id.ts';
import type { Lock, LockedPlugin } from './lock.ts';

/** One fact that another lock has otherwise, or not at all. */
export interface LockDifference {
  /** `version`, `reference`, `repository`, `digest`, `layer`, `signer`, or `file PATH`. */
  readonly what: string;
  readonly before?: string;
  readonly after?: string;
}

export interface LockChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly differences: readonly LockDifference[];
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

type Facts = ReadonlyMap<string, { readonly what: string; readonly value: string }>;

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

function differencesOf(before: Facts, after: Facts): readonly LockDifference[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [one, other] = [before.get(key), after.get(key)];
    const what = one?.what ?? other?.what;
    if (what === undefined || one?.value === other?.value) return [];
    return [{ what, ...(one && { before: one.value }), ...(other && { after: other.value }) }];
  });
}
