import { assignment } from '../../kong/format-variables.ts';
import type { KongNode, NodePlace } from '../../kong/node/kong-node.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import { readKongSettings } from '../../kong/read-kong-settings.ts';
import type { ActivationOptions } from '../activation/activation-options.ts';
import { disableChange } from '../activation/plan-next-start.ts';
import { demandUnused } from '../demand-unused.ts';
import { editKongConf } from '../edit-kong-conf.ts';
import { judgeLeftover, refuseListed, stillEnabled } from '../refuse-listed.ts';

interface Leaving {
  /** Plugins whose files go. */
  readonly remove: readonly string[];
  /** Plugins that go off a list. */
  readonly disable: readonly string[];
}

interface RemovableOptions {
  readonly kong: ActivationOptions;
  readonly activate?: boolean;
  readonly assumeUnused?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Demands what `remove` and `disable` do: that nothing uses what goes, and that no list that stays as
 * it is has a plugin without files, with which Kong does not start.
 * @throws KongcrateError PLUGIN_IN_USE, IN_USE_UNKNOWN, STILL_ENABLED, and as kong.conf refuses
 */
export async function demandRemovable(
  { remove, disable }: Leaving,
  { kong, activate = true, assumeUnused = false, signal }: RemovableOptions,
): Promise<void> {
  const { place, send } = kong;
  const node = readKongNode(place);
  if (!activate) refuseAnyList(remove, node, place);
  const isLeftover = judgeLeftover(place);
  refuseListed(remove, place, { which: 'what disable cannot change', isLeftover });
  await refuseForeignList(remove, node, place);
  const isRunning = node.masterPid !== undefined;
  const leaving = new Set(isRunning ? [...remove, ...disable] : disable);
  if (assumeUnused || leaving.size === 0) return;
  const { adminUrl } = place;
  await demandUnused([...leaving], node, { send, signal, ...(adminUrl && { adminUrl }) });
}

/** Nothing takes it off a list then. */
function refuseAnyList(
  remove: readonly string[],
  { plugins: running }: KongNode,
  place: NodePlace,
): void {
  const lists = [...running, ...readKongSettings(place).plugins];
  const listed = remove.find((name) => lists.includes(name));
  if (listed !== undefined)
    throw stillEnabled(
      listed,
      'the list of plugins',
      'Leave out --no-activate: it goes off first.',
    );
}

/** The next start takes the list from where Kong was started, which nobody edits here. */
async function refuseForeignList(
  remove: readonly string[],
  { masterPid, plugins }: KongNode,
  place: NodePlace,
): Promise<void> {
  const loaded = remove.filter((name) => plugins.includes(name));
  if (masterPid === undefined || loaded.length === 0) return;
  const { state, overriddenBy, variables } = await editKongConf(
    { ...place, dryRun: true },
    disableChange(loaded),
  );
  if (state !== 'no-file' && overriddenBy === undefined) return;
  const set = assignment('KONG_PLUGINS', variables['KONG_PLUGINS'] ?? '');
  throw stillEnabled(
    loaded.join(', '),
    'the environment that Kong was started with',
    `Start Kong with ${set}, then run the command again.`,
  );
}
