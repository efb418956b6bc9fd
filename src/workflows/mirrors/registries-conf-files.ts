import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import { unreadable } from '../read-source-file.ts';

/** Where the files of containers-registries.conf(5) are looked for. */
export interface RegistriesConfPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  /** Default `/etc/containers`. */
  readonly systemDirectory?: string;
}

const NAME = 'registries.conf';

/**
 * The files that count, in the order in which later ones replace what earlier ones say of a prefix
 * (containers-registries.conf(5), containers-registries.conf.d(5)): one main file, which
 * `CONTAINERS_REGISTRIES_CONF` names, else the user's, else the system's; then the directories. A
 * user's main file also stands for the system's directory.
 * @throws KongcrateError SOURCE_UNREADABLE
 */
export function registriesConfFiles(places: RegistriesConfPlaces): readonly string[] {
  const { environment, home, systemDirectory = '/etc/containers' } = places;
  const named = environment['CONTAINERS_REGISTRIES_CONF'] ?? '';
  const own = join(home, '.config/containers', NAME);
  const system = join(systemDirectory, NAME);
  const ownParts = partsIn(`${own}.d`);
  if (named === '' && isThere(own)) return [own, ...ownParts];
  const main = named === '' ? [system].filter(isThere) : [named];
  return [...main, ...partsIn(`${system}.d`), ...ownParts];
}

function partsIn(directory: string): readonly string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.conf'));
    return names.sort().map((name) => join(directory, name));
  } catch (error) {
    if (isAbsence(error)) return [];
    throw unreadable(directory, error);
  }
}

/** A link into nothing is there: it is read, and refused. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw unreadable(path, error);
  }
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');
}
