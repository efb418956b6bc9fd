import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Configuration, WantedPlugin } from '../configuration/configuration.ts';
import type { Lock, LockedPlugin } from './lock.ts';
import { findLocked, matchLock } from './match-lock.ts';

/** A plugin of a configuration, to be resolved unless it stays what it is. */
export interface Choice {
  readonly wanted: WantedPlugin;
  /** What it stays, where another was named. */
  readonly locked?: LockedPlugin;
}

/**
 * Chooses what is resolved anew.
 * @param names of plugins, by the configuration or else the lock; every one when there is none
 * @throws KongcrateError NOT_FOUND; LOCK_INVALID where the others are not what the lock has
 */
export function chooseWanted(
  configuration: Configuration,
  old: Lock | undefined,
  names: readonly string[],
): readonly Choice[] {
  const { plugins, file } = configuration;
  if (names.length === 0) return plugins.map((wanted) => ({ wanted }));
  const nameOf = (wanted: WantedPlugin): string | undefined =>
    wanted.name ?? findLocked(wanted, old ?? { plugins: [] })?.name;
  const missing = names.find((name) => !plugins.some((wanted) => nameOf(wanted) === name));
  if (missing !== undefined)
    throw new KongcrateError('NOT_FOUND', `${file} has no plugin called ${missing}`, {
      remedy: 'Give it a name: there, or run kongcrate lock without names.',
    });
  const isNamed = (wanted: WantedPlugin): boolean => names.includes(nameOf(wanted) ?? '');
  const others = { ...configuration, plugins: plugins.filter((wanted) => !isNamed(wanted)) };
  const kept = (old?.plugins ?? []).filter(({ name }) => !names.includes(name));
  const matched = matchLock(others, { plugins: kept });
  return plugins.map((wanted) => matched.find((match) => match.wanted === wanted) ?? { wanted });
}
