import { KongcrateError } from '../errors/kongcrate-error.ts';
import { removePlugins as applyRemove, type RemoveOutcome } from '../install/remove-plugins.ts';
import { assignment } from '../kong/format-variables.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import { disablePlugins, type DisableOptions, type DisableReport } from './disable-plugins.ts';
import { judgeLeftover, refuseListed, stillEnabled } from './refuse-listed.ts';

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
    throw stillEnabled(
      names.join(', '),
      'the environment that Kong was started with',
      `Kong serves without it now. For its next start set ${assignment('KONG_PLUGINS', variables['KONG_PLUGINS'] ?? '')}, then run the command again.`,
    );
}
