import { KongcrateError } from '../errors/kongcrate-error.ts';

/** A plugin was named that is not under the Lua root; says what is. */
export function notInstalled(
  name: string,
  installed: readonly string[],
  luaRoot: string,
): KongcrateError {
  return new KongcrateError('NOT_FOUND', `${name} is not installed under ${luaRoot}`, {
    remedy:
      installed.length > 0
        ? `Installed here: ${installed.join(', ')}`
        : 'Nothing is installed here; check --lua-root.',
  });
}
