import { KongcrateError } from '../../errors/kongcrate-error.ts';

/** Why a rock is refused: `details.reason` of PLUGIN_REFUSED. */
export type RockRefusal =
  'NO_ROCK' | 'SOURCE_ROCK' | 'NATIVE_ROCK' | 'ROCK_MANIFEST' | 'ROCK_VERSION';

/** The error for a rock that cannot be read, or written. */
export function rockRefused(
  reason: RockRefusal,
  message: string,
  remedy = 'Do not install it. Ask its author for the rock that `luarocks pack` writes, or pack the source: `kongcrate pack DIR`.',
): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', message, { remedy, details: { reason } });
}
