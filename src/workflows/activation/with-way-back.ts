import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { KongNode } from '../../kong/node/kong-node.ts';
import { readKongSettings, type KongPlace } from '../../kong/read-kong-settings.ts';
import { changedBetween, type ActivationTarget } from './check-activation.ts';
import { isListed } from './expected-plugins.ts';

/**
 * Adds to an error over what was live, or listed, before Kong was to load it how it is taken back: Kong
 * does not start again with a plugin that it does not load.
 */
export function withWayBack(
  error: unknown,
  target: ActivationTarget,
  { node, place }: { readonly node: KongNode; readonly place: KongPlace },
): unknown {
  if (!(error instanceof KongcrateError)) return error;
  const { code, message, remedy, details } = error;
  const { before, after, enable, editsConf } = target;
  const failed = [details['plugins'] ?? details['plugin'] ?? []].flat().map(String);
  const isNewFile = (name: string): boolean => changedBetween(before, after).includes(name);
  const isNewOnList = (name: string): boolean =>
    !editsConf && enable.includes(name) && !isListed(name, node.plugins);
  const steps = [
    // A failed activation has taken the files back.
    ...failed
      .filter((name) => code === 'PLUGIN_REFUSED' && isNewFile(name))
      .map((name) => `kongcrate rollback ${name}`),
    ...failed.filter(isNewOnList).map((name) => stepOffList(name, place)),
  ].filter((step) => !remedy.includes(step));
  if (steps.length === 0) return error;
  return new KongcrateError(code, message, {
    remedy: `${remedy} Until it is mended Kong does not start with it: ${steps.join('; ')}`,
    details,
    cause: error,
  });
}

function stepOffList(name: string, place: KongPlace): string {
  return readKongSettings(place).pluginsFrom === 'environment'
    ? `take ${name} out of KONG_PLUGINS`
    : `kongcrate disable ${name}`;
}
