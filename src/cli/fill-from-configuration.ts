import type { Command } from 'commander';
import type { Configuration } from '../workflows/configuration/configuration.ts';
import { isSet, type Context } from './context.ts';
import { addConfigurationOption, configurationOf, type PolicyFlags } from './policy-options.ts';
import { DEFAULT_LUA_ROOT } from './shared-options.ts';

/** What a configuration says of the node, by the flag that says otherwise. */
const NODE_FLAGS = ['luaRoot', 'kongConf', 'prefix'];

interface RootFlags extends PolicyFlags {
  readonly luaRoot?: string;
}

/** The Lua root for a command that has one only sometimes. Throws as {@link fillFromConfiguration}. */
export async function luaRootOf({ luaRoot, ...flags }: RootFlags): Promise<string> {
  if (luaRoot !== undefined) return luaRoot;
  return (await readNode(flags))?.luaRoot ?? DEFAULT_LUA_ROOT;
}

/** Gives every command that works on a node the flag that names a configuration. */
export function addNodeConfiguration(command: Command): void {
  const names = command.options.map((option) => option.attributeName());
  const isOfNode = NODE_FLAGS.some((flag) => names.includes(flag));
  if (isOfNode && !names.includes('config')) addConfigurationOption(command);
}

/**
 * Fills in what a configuration says of the node: a flag and the environment count more.
 * @throws KongcrateError POLICY_INVALID, SOURCE_UNREADABLE
 */
export async function fillFromConfiguration(command: Command, context: Context): Promise<void> {
  const names = command.options.map((option) => option.attributeName());
  if (!NODE_FLAGS.some((flag) => names.includes(flag))) return;
  const node = await readNode(command.opts<PolicyFlags>());
  if (!node) return;
  const { luaRoot, kong } = node;
  const values = {
    ...{ luaRoot, kongConf: kong.conf, prefix: kong.prefix },
    ...{ adminUrl: kong.adminUrl, statusUrl: kong.statusUrl, role: kong.role },
    ...{ declarativeConfig: kong.declarativeConfig, probe: kong.probe },
    ...{ probeFor: kong.probeForSeconds, activateTimeout: kong.activateTimeoutSeconds },
  };
  for (const [name, value] of Object.entries(values)) {
    const source = command.getOptionValueSource(name);
    // Of `verify` it is a flag about something else.
    const isGiven = source === 'cli' || (name === 'luaRoot' && source !== 'default');
    const isInEnvironment = name === 'prefix' && isSet(context, 'KONG_PREFIX');
    const isTaken = names.includes(name) || (name === 'role' && names.includes('adminUrl'));
    if (value !== undefined && isTaken && !isGiven && !isInEnvironment)
      command.setOptionValueWithSource(name, value, 'config');
  }
}

async function readNode(flags: PolicyFlags): Promise<Configuration | undefined> {
  const file = configurationOf(flags);
  if (file === undefined) return undefined;
  const { readConfiguration } = await import('../workflows/configuration/read-configuration.ts');
  return readConfiguration(file);
}
