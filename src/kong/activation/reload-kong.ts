import { redactText } from '../../http/redact.ts';
import type { KongNode } from '../node/kong-node.ts';
import { asPluginsSetting, ownSettings } from '../node/own-settings.ts';
import { runKong } from '../node/run-kong.ts';
import type { ProgramResult } from '../../system/run-program.ts';
import type { KongPlace } from '../read-kong-settings.ts';

/** What is to change with a reload; every other setting of the running node is kept. */
export interface ReloadOptions {
  /** The whole list, where it is to be another one. */
  readonly plugins?: readonly string[] | undefined;
  /** The whole setting, where it is to be another one. */
  readonly luaPackagePath?: string | undefined;
  /** KONG_ variables in it have no say over the settings of a running node. */
  readonly environment: KongPlace['environment'];
  /** How long the command may take; 60,000 unless told. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a command of Kong's came to. Whether the new code loads `done` does not tell. */
export type KongOutcome = { readonly done: true } | { readonly done: false; readonly why: string };

const TIMEOUT_MS = 60_000;
const MAX_TEXT_LENGTH = 1_500;

/**
 * Has a running node load its plugins anew. It starts from `.kong_env`, so a node that was configured
 * by its environment stays so: `kong prepare` would rewrite all of it (KONG.md 1.8).
 * @throws KongcrateError NOT_FOUND without a `kong` program; the signal's reason
 */
export function reloadKong(node: KongNode, options: ReloadOptions): Promise<KongOutcome> {
  return apply(node, ['reload', '-p', node.prefix], options);
}

/**
 * Stops a node and starts it again with the settings that it runs with. Nothing serves meanwhile, nor
 * after a plugin that does not load.
 * @throws as {@link reloadKong}
 */
export function restartKong(node: KongNode, options: ReloadOptions): Promise<KongOutcome> {
  // Without a file it would start from kong.conf, whatever the node runs with.
  const { args } = ownSettings(node, options.environment);
  return apply(node, ['restart', ...args, '-p', node.prefix], options);
}

async function apply(
  node: KongNode,
  args: readonly string[],
  { plugins, luaPackagePath, timeoutMs = TIMEOUT_MS, signal, ...options }: ReloadOptions,
): Promise<KongOutcome> {
  const environment = {
    ...ownSettings(node, options.environment).environment,
    ...(plugins && { KONG_PLUGINS: asPluginsSetting(plugins) }),
    ...(luaPackagePath === undefined ? {} : { KONG_LUA_PACKAGE_PATH: luaPackagePath }),
  };
  return outcomeOf(args, await runKong(args, { node, environment, timeoutMs, signal }));
}

/** Kong's own words, where a command failed. */
export function outcomeOf(args: readonly string[], result: ProgramResult): KongOutcome {
  if (result.exitCode === 0) return { done: true };
  const { endedFor, exitCode } = result;
  const how = endedFor === 'time' ? 'did not end in time' : `exit ${exitCode ?? 'by a signal'}`;
  const said = redactText(result.output).slice(-MAX_TEXT_LENGTH);
  return { done: false, why: `kong ${args.join(' ')}: ${how}: ${said}` };
}
