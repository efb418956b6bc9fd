import { existsSync } from 'node:fs';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { assignment, shellWord } from '../kong/format-variables.ts';
import type { NodePlace } from '../kong/node/kong-node.ts';
import { pidFileOf } from '../kong/node/processes.ts';
import { readKongNode } from '../kong/node/read-kong-node.ts';
import { readKongSettings } from '../kong/read-kong-settings.ts';

/**
 * A Kong that was stopped leaves its `.kong_env`, which a start writes anew. Its list is kong.conf's
 * where the two were the same before kong.conf is edited; any other came from an environment.
 */
export function judgeLeftover(options: NodePlace): () => boolean {
  const { plugins, running } = readKongSettings(options);
  const isSame = running?.plugins.join() === plugins.join();
  return () => isSame && isStopped(options);
}

const isStopped = ({ prefix }: NodePlace): boolean => !existsSync(pidFileOf(prefix));

interface Refusal {
  readonly which: 'all' | 'what disable cannot change';
  readonly isLeftover: () => boolean;
}

/**
 * Refuses to take out the files of plugins that Kong lists: it does not start without them.
 * @throws KongcrateError STILL_ENABLED
 */
export function refuseListed(
  names: readonly string[],
  options: NodePlace,
  { which, isLeftover }: Refusal,
): void {
  const { plugins, pluginsFrom, file = '', running } = readKongSettings(options);
  const listed = names.find((name) => plugins.includes(name));
  const isFixed = which === 'all' || readKongNode(options).masterPid === undefined;
  const isRunning = names.find((name) => isFixed && running?.plugins.includes(name));
  if (listed !== undefined && pluginsFrom === 'environment')
    throw stillEnabled(
      listed,
      'KONG_PLUGINS',
      `Take it out of KONG_PLUGINS, reload Kong, then remove it.`,
    );
  if (listed !== undefined && which === 'all')
    throw stillEnabled(listed, file, 'Another command has enabled it: run this one again.');
  if (isRunning === undefined || !running || isLeftover()) return;
  const remedy = isStopped(options)
    ? `Kong was stopped. Take ${isRunning} out of the environment it is started with, if it stands there, and remove that file; then run the command again.`
    : `Run ${assignment('KONG_PLUGINS', plugins.join())} kong reload -p ${shellWord(options.prefix)} first. If Kong no longer runs there, remove that file.`;
  throw stillEnabled(isRunning, running.file, remedy);
}

/**
 * The error for a plugin that is listed.
 * @param where what lists it
 */
export function stillEnabled(name: string, where: string, remedy: string): KongcrateError {
  return new KongcrateError(
    'STILL_ENABLED',
    `${where} lists ${name}, and Kong does not start without a plugin that it lists`,
    { remedy, details: { name, listedIn: where } },
  );
}
