import { KongcrateError } from '../errors/kongcrate-error.ts';
import { confirmReload, type ConfirmOptions } from '../kong/activation/confirm-reload.ts';
import type { Confirmation } from '../kong/activation/confirmation.ts';
import type { ExpectedPlugins } from '../kong/activation/judge-signals.ts';
import { observeNode } from '../kong/activation/observe-node.ts';
import { preflight } from '../kong/activation/preflight.ts';
import { reloadKong } from '../kong/activation/reload-kong.ts';
import type { KongNode } from '../kong/node/kong-node.ts';
import type { KongPlace } from '../kong/read-kong-settings.ts';
import { BUNDLED_PLUGINS } from '../plugin/kong-modules.ts';
import { nodeNotServing } from './activation/node-not-serving.ts';

export interface ApplyOptions extends Omit<ConfirmOptions, 'expected'> {
  readonly environment: KongPlace['environment'];
}

/** What a running node was told, and how far it showed that it serves so. */
export type ConfirmedReload = Exclude<Confirmation, { readonly outcome: 'failed' }>;

/**
 * Takes plugins off the list of a running node: judged before, confirmed after. A node that does not
 * serve without them gets its old list back, and is confirmed again.
 * @param plugins the whole list that is to be loaded
 * @param gone what is to be loaded no more
 * @throws KongcrateError PLUGIN_REFUSED before anything was changed, ACTIVATION_FAILED,
 *   NODE_NOT_SERVING; NOT_FOUND without a `kong` program; the signal's reason
 */
export async function applyPluginList(
  node: KongNode,
  { plugins, gone }: { readonly plugins: readonly string[]; readonly gone: readonly string[] },
  options: ApplyOptions,
): Promise<ConfirmedReload> {
  const isBundled = (name: string): boolean => BUNDLED_PLUGINS.has(name);
  const staged = { plugins, isBundled, luaPaths: [], changed: [], goneFiles: [] };
  const { send, environment, signal } = options;
  await preflight(node, staged, { send, environment, signal });
  const applied = await load(node, plugins, {
    ...options,
    expected: { loaded: new Map(), absent: gone },
  });
  if (applied.outcome !== 'failed') return applied;
  const old = new Map(node.plugins.filter((name) => gone.includes(name)).map(unknownVersion));
  const restored = await load(node, node.plugins, {
    ...options,
    expected: { loaded: old, absent: [] },
  });
  const why = `Kong does not serve without ${gone.join(', ')}: ${applied.reason}`;
  if (restored.outcome === 'failed') throw nodeNotServing(why, restored.reason);
  throw new KongcrateError('ACTIVATION_FAILED', why, {
    remedy: 'Kong has its old list of plugins again, and serves. Look at the reason first.',
    details: { plugins: gone, evidence: applied.evidence },
  });
}

const unknownVersion = (name: string): [string, undefined] => [name, undefined];

async function load(
  node: KongNode,
  plugins: readonly string[],
  options: ApplyOptions & { readonly expected: ExpectedPlugins },
): Promise<Confirmation> {
  const { environment, signal } = options;
  const before = await observeNode(node, options);
  const reloaded = await reloadKong(node, { plugins, environment, signal });
  if (!reloaded.done) return { outcome: 'failed', reason: reloaded.why, evidence: [] };
  return confirmReload(node, before, options);
}
