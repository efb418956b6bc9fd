import { parseReference } from '../../reference/reference.ts';
import type { Configuration, WantedPlugin } from '../configuration/configuration.ts';
import type { Lock, LockedPlugin } from './lock.ts';
import { lockInvalid } from './lock-invalid.ts';

/** A plugin that a node is to have, and what it was resolved to. */
export interface MatchedPlugin {
  readonly wanted: WantedPlugin;
  readonly locked: LockedPlugin;
}

/** What a plugin of a configuration was resolved to, if the lock has that. */
export function findLocked(
  { reference, as, name }: WantedPlugin,
  { plugins }: Lock,
): LockedPlugin | undefined {
  return plugins.find(
    (locked) =>
      locked.reference === reference &&
      (as === undefined || locked.repository === as) &&
      (name === undefined || locked.name === name) &&
      locked.digest === (parseReference(reference).digest ?? locked.digest),
  );
}

/**
 * Holds a lock against its configuration: each plugin of the one is in the other.
 * @throws KongcrateError LOCK_INVALID
 */
export function matchLock(
  { file, plugins }: Configuration,
  lock: Lock | undefined,
): readonly MatchedPlugin[] {
  if (!lock) throw lockInvalid(`${file} has no lock beside it`);
  const matched = plugins.map((wanted) => {
    const locked = findLocked(wanted, lock);
    if (locked) return { wanted, locked };
    throw lockInvalid(`the lock beside ${file} does not have ${wanted.name ?? wanted.reference}`);
  });
  const held = new Set(matched.map(({ locked }) => locked));
  const stray = lock.plugins.find((locked) => !held.has(locked));
  if (!stray) return matched;
  throw lockInvalid(`the lock beside ${file} has ${stray.name}, which ${file} has not`);
}
