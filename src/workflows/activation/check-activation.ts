import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { PluginReceipt } from '../../install/receipt.ts';
import { preflight, type PreflightResult } from '../../kong/activation/preflight.ts';
import { findProgram } from '../../system/find-program.ts';
import type { KongNode } from '../../kong/node/kong-node.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import { checkControlPlaneVersions } from '../../kong/use/check-control-plane-versions.ts';
import { BUNDLED_PLUGINS } from '../../plugin/kong-modules.ts';
import type { ActivationOptions } from './activation-options.ts';
import { expectedPlugins, isListed } from './expected-plugins.ts';

type Plugins = ReadonlyMap<string, PluginReceipt>;

/** Files that are about to go live, or are live already, and what Kong is to do with them. */
export interface ActivationTarget {
  /** Absolute, as Kong knows it. */
  readonly luaRoot: string;
  /** The generation directory that holds `after`; `before` is what comes back if it fails. */
  readonly tree: string;
  readonly before: Plugins;
  readonly after: Plugins;
  /** The live generation, the one that is to be, and the one whose content comes back. */
  readonly generation: number;
  readonly next: number;
  readonly restores: number;
  /** Plugins that Kong is to load from now on, and no more. */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  /** Whether kong.conf is to have them for the next start. */
  readonly editsConf: boolean;
}

/** A target that Kong would load. */
export interface CheckedTarget {
  readonly target: ActivationTarget;
  readonly node: KongNode;
  /** The list that it is to run with, what is new on it, and what is not on it any more. */
  readonly plugins: readonly string[];
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  /** Plugins that change, come or go, or are loaded for the first time. */
  readonly changed: readonly string[];
  /** About the other nodes of a hybrid deployment, for people. */
  readonly notes: readonly string[];
  readonly preflight: PreflightResult;
}

/**
 * Has Kong load what is to be, as the node would, before anything changes.
 * @throws KongcrateError PLUGIN_REFUSED, by the control plane's versions too; NOT_FOUND without a `kong`
 *   program; USAGE for a restart of a Kong that is no daemon; the signal's reason
 */
export async function checkActivation(
  target: ActivationTarget,
  options: ActivationOptions,
  signal: AbortSignal | undefined,
): Promise<CheckedTarget> {
  const { place, send, declarativeConfig, by } = options;
  const { environment, prefix } = place;
  if (findProgram('kong', environment) === undefined) throw programMissing(prefix);
  const node = readKongNode(place);
  if (by === 'restart') demandDaemon(node);
  const enabled = target.enable.filter((name) => !isListed(name, node.plugins));
  const disabled = target.disable.filter((name) => node.plugins.includes(name));
  const kept = node.plugins.filter((name) => !disabled.includes(name));
  const plugins = [...kept, ...enabled];
  const exchanged = changedBetween(target.before, target.after);
  const changed = [...new Set([...exchanged, ...enabled, ...target.disable])];
  const versions = await expectedPlugins(target.tree, pick(target.after, changed), plugins);
  const notes = await checkControlPlaneVersions(node, versions, { send, signal });
  const staged = {
    plugins,
    changed: changed.filter((name) => isListed(name, plugins)),
    luaPaths: [target.tree],
    goneFiles: goneBetween(target.before, target.after),
    isBundled: (name: string) => BUNDLED_PLUGINS.has(name),
  };
  const result = await preflight(node, staged, {
    ...{ send, environment, signal },
    ...(declarativeConfig === undefined ? {} : { configFile: declarativeConfig }),
  });
  return { target, node, plugins, enabled, disabled, changed, notes, preflight: result };
}

/** Names of plugins that one set holds otherwise than another, or not at all. */
export function changedBetween(before: Plugins, after: Plugins): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter(
    (name) => before.get(name)?.layerDigest !== after.get(name)?.layerDigest,
  );
}

function pick(plugins: Plugins, names: readonly string[]): Plugins {
  return new Map([...plugins].filter(([name]) => names.includes(name)));
}

function goneBetween(before: Plugins, after: Plugins): readonly string[] {
  const pathsOf = (plugins: Plugins): readonly string[] =>
    [...plugins.values()].flatMap(({ files }) => files.map(({ path }) => path));
  const kept = new Set(pathsOf(after));
  return pathsOf(before).filter((path) => !kept.has(path));
}

/** Its container would end with it, and what we start would end with us. */
function demandDaemon({ settings, prefix }: KongNode): void {
  const key = ['nginx_daemon', 'nginx_main_daemon'].find((name) => settings.get(name) === 'off');
  if (key === undefined) return;
  throw new KongcrateError(
    'USAGE',
    `the Kong in ${prefix} runs in the foreground (${key} = off): a container or a service manager holds it`,
    {
      remedy:
        'Leave out --restart, and Kong is reloaded; or have whatever started it restart it: systemctl restart kong, docker restart.',
    },
  );
}

function programMissing(prefix: string): KongcrateError {
  return new KongcrateError(
    'NOT_FOUND',
    `Kong runs under ${prefix}, and there is no program kong in a directory of PATH to reload it`,
    {
      remedy:
        'Run the command where Kong is installed, add the directory of kong to PATH, or give --no-activate.',
      details: { reason: 'KONG_PROGRAM' },
    },
  );
}
