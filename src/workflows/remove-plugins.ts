import { existsSync } from 'node:fs';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { removePlugins as applyRemove, type RemoveOutcome } from '../install/remove-plugins.ts';
import { assignment, shellWord } from '../kong/format-variables.ts';
import type { NodePlace } from '../kong/node/kong-node.ts';
import { pidFileOf } from '../kong/node/processes.ts';
import { readKongNode } from '../kong/node/read-kong-node.ts';
import { readKongSettings } from '../kong/read-kong-settings.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import { disablePlugins, type DisableOptions, type DisableReport } from './disable-plugins.ts';

export type RemoveOptions = Omit<DisableOptions, 'activate'>;

export interface RemoveReport extends RemoveOutcome {
  /** How the plugins were taken off the lists of the node. */
  readonly disabled: DisableReport;
}

/**
 * Takes plugins out, all or none, in three steps: nothing uses them; Kong lists them no more, and
 * serves so; then their files. Cut off in between, it can be run again: no step leaves a plugin that
 * Kong lists without its files, without which Kong does not start.
 * @throws KongcrateError NOT_FOUND, HELD, USAGE, STILL_ENABLED where the environment lists one,
 *   NOT_ACTIVATED where the node does not show that it serves without them; as
 *   {@link disablePlugins}; NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED; the files are there then
 */
export async function removePlugins(
  names: readonly string[],
  options: RemoveOptions,
): Promise<RemoveReport> {
  const { root, signal, dryRun = false } = options;
  demandLuaRoot(root);
  // Before the plan, which is about what is live then.
  if (!dryRun) await settleTransaction({ options: { ...options, place: options }, root, signal });
  const call = signal ? { signal } : {};
  const isLeftover = judgeLeftover(options);
  const refuseFixed = (): void => {
    refuseListed(names, options, { which: 'what disable cannot change', isLeftover });
  };
  const planned = await applyRemove(root, names, { ...call, dryRun: true, authorize: refuseFixed });
  const disabled = await disablePlugins(names, options);
  if (dryRun) return { ...planned, disabled };
  refuseUnconfirmed(names, disabled);
  const refuseAll = (): void => {
    refuseListed(names, options, { which: 'all', isLeftover });
  };
  return { ...(await applyRemove(root, names, { ...call, authorize: refuseAll })), disabled };
}

/**
 * A Kong that was stopped leaves its `.kong_env`, which a start writes anew. Its list is kong.conf's
 * where the two were the same before kong.conf is edited; any other came from an environment.
 */
function judgeLeftover(options: NodePlace): () => boolean {
  const { plugins, running } = readKongSettings(options);
  const isSame = running?.plugins.join() === plugins.join();
  return () => isSame && isStopped(options);
}

const isStopped = ({ prefix }: NodePlace): boolean => !existsSync(pidFileOf(prefix));

interface Refusal {
  readonly which: 'all' | 'what disable cannot change';
  readonly isLeftover: () => boolean;
}

function refuseListed(
  names: readonly string[],
  options: NodePlace,
  { which, isLeftover }: Refusal,
): void {
  const { plugins, pluginsFrom, file = '', running } = readKongSettings(options);
  const listed = names.find((name) => plugins.includes(name));
  const isFixed = which === 'all' || readKongNode(options).masterPid === undefined;
  const isRunning = names.find((name) => isFixed && running?.plugins.includes(name));
  if (listed !== undefined && pluginsFrom === 'environment')
    throw enabled(
      listed,
      'KONG_PLUGINS',
      `Take it out of KONG_PLUGINS, reload Kong, then remove it.`,
    );
  if (listed !== undefined && which === 'all')
    throw enabled(listed, file, 'Another command has enabled it: run this one again.');
  if (isRunning === undefined || !running || isLeftover()) return;
  const remedy = isStopped(options)
    ? `Kong was stopped. Take ${isRunning} out of the environment it is started with, if it stands there, and remove that file; then run the command again.`
    : `Run ${assignment('KONG_PLUGINS', plugins.join())} kong reload -p ${shellWord(options.prefix)} first. If Kong no longer runs there, remove that file.`;
  throw enabled(isRunning, running.file, remedy);
}

/** A second time the lists are as they should be, and the files go. */
function refuseUnconfirmed(
  names: readonly string[],
  { reload, state, overriddenBy, variables }: DisableReport,
): void {
  if (!reload) return;
  if (reload.outcome === 'too-little')
    throw new KongcrateError(
      'NOT_ACTIVATED',
      `Kong was reloaded without ${names.join(', ')}, and does not show that it serves so: ${reload.missing.join('; ')}`,
      {
        remedy: 'Give --probe. Or see for yourself, and run the command again: the files are left.',
      },
    );
  if (state === 'no-file' || overriddenBy === 'running node')
    throw enabled(
      names.join(', '),
      'the environment that Kong was started with',
      `Kong serves without it now. For its next start set ${assignment('KONG_PLUGINS', variables['KONG_PLUGINS'] ?? '')}, then run the command again.`,
    );
}

/** @param where what lists the plugin */
function enabled(name: string, where: string, remedy: string): KongcrateError {
  return new KongcrateError(
    'STILL_ENABLED',
    `${where} lists ${name}, and Kong does not start without a plugin that it lists`,
    { remedy, details: { name, listedIn: where } },
  );
}
