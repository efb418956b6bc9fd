import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootTemplates } from '../lua-path.ts';
import type { KongPlace } from '../read-kong-settings.ts';
import { findProgram } from '../../system/find-program.ts';
import type { KongNode } from '../node/kong-node.ts';
import { asPluginsSetting, ownSettings } from '../node/own-settings.ts';
import { runKong } from '../node/run-kong.ts';
import type { Asking } from './ask-node.ts';
import { checkPresence, type PresenceCheck } from './check-presence.ts';
import { preflightRefusal } from './explain-preflight.ts';
import {
  choosePreflightConfiguration,
  type JudgedConfiguration,
} from './preflight-configuration.ts';

/** A node as it would be after a change. */
export interface StagedChange extends Pick<PresenceCheck, 'plugins' | 'isBundled'> {
  /** Absolute directories that hold the changed tree, searched before all others. */
  readonly luaPaths: readonly string[];
  /** Listed plugins that the change brings or touches: named where Kong names none. */
  readonly changed: readonly string[];
  /** What the change takes away, relative to the Lua root, such as `kong/plugins/a/old.lua`. */
  readonly goneFiles: readonly string[];
}

export interface PreflightOptions extends Asking {
  readonly environment: KongPlace['environment'];
  /** A declarative configuration to judge instead of the node's own. */
  readonly configFile?: string;
  /** How long Kong may take; 30,000 unless told. */
  readonly timeoutMs?: number;
}

export interface PreflightResult {
  /** Without a `kong` program only our own checks were done. */
  readonly plugins: 'loaded' | 'not loaded: no kong program';
  readonly configuration: JudgedConfiguration;
}

const TIMEOUT_MS = 30_000;
/** To `require` it is as if nothing stood there; without it the live file would be found. */
const GONE = `error("module '" .. ... .. "' not found: the change takes it away", 0)\n`;

/**
 * Has Kong load every plugin as the node would after a change, with the node's own settings, before
 * anything is switched. Writes only to a private directory below TMPDIR.
 * @throws KongcrateError PLUGIN_REFUSED with Kong's own words; the signal's reason; errno errors
 */
export async function preflight(
  node: KongNode,
  staged: StagedChange,
  options: PreflightOptions,
): Promise<PreflightResult> {
  const parent = options.environment['TMPDIR'] ?? '/tmp';
  const scratch = mkdtempSync(join(parent, 'kongcrate-preflight-'));
  try {
    const goneRoot = join(scratch, 'gone');
    for (const file of staged.goneFiles) writeGone(join(goneRoot, file));
    const roots = [...staged.luaPaths, goneRoot].map(rootTemplates).join('');
    const luaPackagePath = roots + node.luaPackagePath;
    checkPresence(node, { ...staged, luaPackagePath, goneRoot });
    if (findProgram('kong', options.environment) === undefined)
      return { plugins: 'not loaded: no kong program', configuration: 'not-checked' };
    return await loadInKong(node, staged, { ...options, scratch, luaPackagePath });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function writeGone(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, GONE);
}

interface Load extends PreflightOptions {
  readonly scratch: string;
  readonly luaPackagePath: string;
}

async function loadInKong(
  node: KongNode,
  { plugins, changed }: StagedChange,
  { scratch, luaPackagePath, timeoutMs = TIMEOUT_MS, ...options }: Load,
): Promise<PreflightResult> {
  const { file, from, shownAs } = await choosePreflightConfiguration(node, { ...options, scratch });
  const own = ownSettings(node, options.environment);
  const environment = {
    ...own.environment,
    // A prefix with a .kong_env would decide everything else.
    KONG_PREFIX: join(scratch, 'prefix'),
    KONG_DATABASE: 'off',
    KONG_PLUGINS: asPluginsSetting(plugins),
    KONG_LUA_PACKAGE_PATH: luaPackagePath,
    // Kong wants a database for a control plane.
    ...(node.role === 'control-plane' ? { KONG_ROLE: 'traditional' } : {}),
  };
  const run = { node, environment, timeoutMs, signal: options.signal, endsWithUs: true };
  const result = await runKong(['config', 'parse', ...own.args, file], run);
  if (result.exitCode !== 0)
    throw preflightRefusal({ result, listed: plugins, changed, configuration: shownAs });
  return { plugins: 'loaded', configuration: from };
}
