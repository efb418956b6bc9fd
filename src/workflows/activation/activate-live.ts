import { resolve } from 'node:path';
import type { ChangeOutcome } from '../../install/change-node.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { occupyNode, type OccupiedNode } from '../../install/occupy-node.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import type { ActivationOptions, ActivationReport } from './activation-options.ts';
import { applyActivation } from './apply-activation.ts';
import { beginActivation } from './begin-activation.ts';
import { checkActivation, type CheckedTarget } from './check-activation.ts';
import { chooseLiveTarget, goBack } from './choose-live-target.ts';
import { expectedPlugins, isListed } from './expected-plugins.ts';
import { hasLoaded } from './loaded-generation.ts';
import { recordServed } from './record-served.ts';
import { undoActivation } from './undo-activation.ts';
import { withWayBack } from './with-way-back.ts';

export interface LiveActivation {
  readonly root: InstallRoot;
  readonly options: ActivationOptions;
  readonly signal: AbortSignal | undefined;
  /** Plugins that Kong is to load; only those that are installed count. */
  readonly enable: readonly string[];
  /** Plugins that Kong is to load no more. */
  readonly disable?: readonly string[];
  /** Whether kong.conf is to have them for the next start. */
  readonly editsConf: boolean;
  /** Reloads also where the workers have loaded what is live. */
  readonly always: boolean;
  /** Only has Kong look at it. */
  readonly dryRun?: boolean;
}

/**
 * Has a running Kong load what is live; when it fails, what its workers had loaded is live again.
 * @throws KongcrateError PLUGIN_REFUSED, ACTIVATION_FAILED, NODE_NOT_SERVING, NOT_FOUND without a
 *   `kong` program, NODE_BUSY, INTERRUPTED, INSTALL_FAILED, and as kong.conf refuses
 */
export function activateLive(
  activation: LiveActivation,
): Promise<ActivationReport & ChangeOutcome> {
  const { root, signal } = activation;
  return occupyNode(root, (occupied) => activate(occupied, activation), signal);
}

async function activate(
  occupied: OccupiedNode,
  activation: LiveActivation,
): Promise<ActivationReport> {
  const { root, options, disable = [], ...wanted } = activation;
  const node = readKongNode(options.place);
  const luaRoot = resolve(root.luaRoot);
  const target = chooseLiveTarget(occupied, node, { ...wanted, disable, luaRoot });
  const isSame = target.restores === target.next && !wanted.always;
  const isLoaded = isSame && hasLoaded(occupied, node);
  const isOnList = target.enable.every((name) => isListed(name, node.plugins));
  const isOffList = !disable.some((name) => node.plugins.includes(name));
  if (isLoaded && isOnList && isOffList) return { state: 'unchanged', plugins: node.plugins };
  try {
    return await apply(occupied, { target, node }, activation);
  } catch (error) {
    throw withWayBack(error, target, { node, place: options.place });
  }
}

async function apply(
  occupied: OccupiedNode,
  { target, node }: Pick<CheckedTarget, 'target' | 'node'>,
  { root, options, signal, dryRun }: LiveActivation,
): Promise<ActivationReport> {
  const checked = await checkActivation(target, options, signal);
  const { plugins, enabled, notes, preflight } = checked;
  if (dryRun) return { state: 'checked', plugins, enabled, notes, preflight };
  const begun = await beginActivation(checked, options, signal);
  try {
    const report = await applyActivation(begun, options, signal);
    recordServed(root, target, { ...options, ...report });
    return report;
  } catch (error) {
    const notReturned = await goBack(occupied, target);
    const tree = occupied.pathOf(target.restores);
    const loaded = await expectedPlugins(tree, target.before, node.plugins);
    return await undoActivation(begun, error, { root, options, signal, loaded, notReturned });
  }
}
