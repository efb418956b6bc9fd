import type { ChangeOutcome } from '../install/change-node.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { askAdmin } from '../kong/activation/ask-admin.ts';
import type { Confirmation } from '../kong/activation/confirmation.ts';
import { escapeValue } from '../kong/conf-value.ts';
import type { KongNode, NodePlace } from '../kong/node/kong-node.ts';
import { asPluginsSetting } from '../kong/node/own-settings.ts';
import { readKongNode } from '../kong/node/read-kong-node.ts';
import { PLUGINS } from '../kong/write-list.ts';
import { activateLive, type LiveActivation } from './activation/activate-live.ts';
import type { ActivationOptions } from './activation/activation-options.ts';
import { disableChange } from './activation/plan-next-start.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { demandUnused } from './demand-unused.ts';
import { editKongConf, type EditOptions, type EditReport } from './edit-kong-conf.ts';

export interface DisableOptions
  extends
    Omit<EditOptions, 'create'>,
    NodePlace,
    Pick<ActivationOptions, 'send' | 'probe' | 'timeoutMs' | 'onNote'> {
  /** Whose mutex keeps other changes of the node away. */
  readonly root: InstallRoot;
  /** Asks nobody whether anything still uses the plugins. */
  readonly assumeUnused?: boolean;
  /** `false` changes the kong.conf alone, for the next start. */
  readonly activate?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface DisableReport extends EditReport, ChangeOutcome {
  /** Who said that nothing uses the plugins; nobody where nothing lists them, or it was assumed. */
  readonly unusedBy: readonly string[];
  /** How far Kong showed that it serves so; absent where it does not run, or runs so already. */
  readonly reload?: Exclude<Confirmation, { readonly outcome: 'failed' }>;
}

/**
 * Takes plugins that nothing uses off the lists of a node: its kong.conf's, and the running one's in
 * the same transaction, which is undone where Kong does not serve so, or by the next command after a
 * kill. An activation that was cut off is undone before.
 * @throws KongcrateError PLUGIN_IN_USE, IN_USE_UNKNOWN; USAGE for a plugin that `bundled` loads;
 *   PLUGIN_REFUSED, ACTIVATION_FAILED, NODE_NOT_SERVING; NOT_FOUND without a `kong` program; as
 *   {@link editKongConf}. Everything is as it was then, but for NODE_NOT_SERVING
 */
export async function disablePlugins(
  names: readonly string[],
  options: DisableOptions,
): Promise<DisableReport> {
  const { dryRun = false, activate = true, assumeUnused = false, root, signal } = options;
  const kong: ActivationOptions = { ...options, place: options };
  if (!dryRun) await settleTransaction({ options: kong, root, signal });
  const change = disableChange(names);
  const node = readKongNode(options);
  const planned = await editKongConf({ ...options, dryRun: true }, change);
  const plugins = change.edit(
    `${PLUGINS} = ${escapeValue(asPluginsSetting(node.plugins))}`,
  ).plugins;
  const isListed = planned.state === 'changed' || plugins.length < node.plugins.length;
  const isRunning = node.masterPid !== undefined;
  const isOpen = !assumeUnused && (isListed || isRunning);
  const unusedBy = isOpen ? await demandUnused(names, node, options) : [];
  const report = { ...planned, notes: [...planned.notes, ...node.unread], unusedBy };
  if (dryRun) return report;
  if (isRunning && activate && (await isLoaded(names, node, options)))
    return { ...report, ...(await disableInRunning(names, node, { root, signal, options: kong })) };
  const { notes } = await editKongConf(options, change);
  return { ...report, notes: [...notes, ...node.unread] };
}

async function disableInRunning(
  names: readonly string[],
  { unread }: KongNode,
  { root, ...activation }: Pick<LiveActivation, 'root' | 'signal' | 'options'>,
): Promise<Pick<DisableReport, 'reload' | 'notes' | 'notCleanedUp'>> {
  const {
    state,
    signals = [],
    missing = [],
    notes = [],
    notCleanedUp,
  } = await activateLive({
    ...activation,
    // Nothing is installed here, so nothing old has to go.
    root: { ...root, keepGenerations: Number.MAX_SAFE_INTEGER },
    ...{ enable: [], disable: names, editsConf: true, always: true },
  });
  return {
    notes: [...notes, ...unread],
    reload: { outcome: state === 'confirmed' ? state : 'too-little', signals, missing },
    ...(notCleanedUp === undefined ? {} : { notCleanedUp }),
  };
}

/** A command that was cut off may have written the new list, and never had it loaded. */
async function isLoaded(
  names: readonly string[],
  node: KongNode,
  { send, signal }: DisableOptions,
): Promise<boolean> {
  if (node.plugins.some((name) => names.includes(name))) return true;
  const admin = await askAdmin(node, { send, signal });
  return typeof admin !== 'string' && names.some((name) => admin.plugins.has(name));
}
