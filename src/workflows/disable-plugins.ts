import { askAdmin } from '../kong/activation/ask-admin.ts';
import { escapeValue } from '../kong/conf-value.ts';
import { disablePlugins as disableInConf } from '../kong/edit-plugins.ts';
import type { KongNode, NodePlace } from '../kong/node/kong-node.ts';
import { asPluginsSetting } from '../kong/node/own-settings.ts';
import { readKongNode } from '../kong/node/read-kong-node.ts';
import { chooseUseSources } from '../kong/use/choose-use-sources.ts';
import { findPluginUse } from '../kong/use/find-plugin-use.ts';
import { refuseUsed } from '../kong/use/refuse-used.ts';
import { PLUGINS } from '../kong/write-list.ts';
import { BUNDLED_PLUGINS } from '../plugin/kong-modules.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { applyPluginList, type ApplyOptions, type ConfirmedReload } from './apply-plugin-list.ts';
import {
  editKongConf,
  type ConfChange,
  type EditOptions,
  type EditReport,
} from './edit-kong-conf.ts';

export interface DisableOptions extends Omit<EditOptions, 'create'>, NodePlace, ApplyOptions {
  /** Asks nobody whether anything still uses the plugins. */
  readonly assumeUnused?: boolean;
  /** `false` changes the kong.conf alone, for the next start. */
  readonly activate?: boolean;
  /** Takes a line for people about what else was done. */
  readonly onNote?: (text: string) => void;
}

export interface DisableReport extends EditReport {
  /** Who said that nothing uses the plugins; nobody where nothing lists them, or it was assumed. */
  readonly unusedBy: readonly string[];
  /** Absent where Kong does not run, or runs without the plugins already. */
  readonly reload?: ConfirmedReload;
}

/**
 * Takes plugins that nothing uses off the lists of a node: off the running one's first, since that may
 * fail, then off its kong.conf. Cut off in between, it can be run again. An activation that was cut off
 * is undone before.
 * @throws KongcrateError PLUGIN_IN_USE, IN_USE_UNKNOWN; USAGE for a plugin that `bundled` loads; as
 *   {@link applyPluginList} and {@link editKongConf}; nothing was changed then, but for
 *   NODE_NOT_SERVING, and for INSTALL_FAILED after a reload, which leaves kong.conf as it was
 */
export async function disablePlugins(
  names: readonly string[],
  options: DisableOptions,
): Promise<DisableReport> {
  const { dryRun = false, activate = true, assumeUnused = false, signal } = options;
  if (!dryRun)
    await settleTransaction({ options: { ...options, place: options }, root: {}, signal });
  const change: ConfChange = { edit: (text) => disableInConf(text, names, BUNDLED_PLUGINS) };
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
  const isNeeded = isRunning && activate && (await isLoaded(names, node, options));
  const reload = isNeeded
    ? await applyPluginList(node, { plugins, gone: names }, options)
    : undefined;
  const { notes } = await editKongConf(options, change);
  return { ...report, notes: [...notes, ...node.unread], ...(reload && { reload }) };
}

async function demandUnused(
  names: readonly string[],
  node: KongNode,
  { send, signal, adminUrl }: DisableOptions,
): Promise<readonly string[]> {
  const sources = chooseUseSources(node, { send, signal, givenAdminUrl: adminUrl });
  const use = await findPluginUse(names, sources);
  refuseUsed(names, use);
  return use.asked;
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
