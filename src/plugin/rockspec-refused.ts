import { KongcrateError } from '../errors/kongcrate-error.ts';

/** Where in a rockspec something stands. */
export interface RockspecPlace {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What cannot be told without running the rockspec. */
export function rockspecComputed({ path, line }: RockspecPlace, field: string): KongcrateError {
  return new KongcrateError(
    'PLUGIN_REFUSED',
    `${path}:${line}: ${field} is computed in a way that cannot be read without running it`,
    {
      remedy: `Write ${field} as literal text, or name the rockspec in .kongcrateignore and give --plugin and --version.`,
      details: { reason: 'ROCKSPEC_COMPUTED', file: path, line },
    },
  );
}

/** What LuaRocks would refuse, or kongcrate cannot ship. */
export function rockspecInvalid(
  { path, line }: RockspecPlace,
  what: string,
  remedy = 'kongcrate ships Lua only: correct the rockspec, or name it in .kongcrateignore if it is not meant.',
): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', `${path}:${line}: ${what}`, {
    remedy,
    details: { reason: 'ROCKSPEC_INVALID', file: path, line },
  });
}
