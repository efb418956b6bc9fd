import type { Command } from 'commander';
import { readStatus, type NodeStatus } from '../../workflows/read-status.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderTrust } from '../print-trust.ts';
import { DEFAULT_LUA_ROOT } from '../shared-options.ts';

interface Flags {
  readonly luaRoot: string;
  readonly check?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('[name]', 'one plugin')
    .option('--lua-root <dir>', 'Lua package root', DEFAULT_LUA_ROOT)
    .option('--check', 'exit 3 when files differ from what was installed')
    .addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, ([name], flags) => {
    const status = readStatus({ luaRoot: flags.luaRoot }, name);
    const drifted = status.plugins.some((plugin) => plugin.drift.length > 0);
    const exit = flags.check && drifted ? { exitCode: 3 } : {};
    return Promise.resolve({ text: render(status), json: status, ...exit });
  });
}

function render(status: NodeStatus): string {
  if (status.plugins.length === 0) return 'no plugins installed';
  return status.plugins
    .flatMap((plugin) => [
      `${plugin.name} ${plugin.version ?? '(no version)'} ${plugin.digest}`,
      `  from ${plugin.repository}${plugin.tag === undefined ? '' : `:${plugin.tag}`}, ${plugin.installedAt}`,
      `  ${renderTrust(plugin.trust)}`,
      ...plugin.drift.map(({ path, problem }) => `  DRIFT ${problem}: ${path}`),
    ])
    .join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate status
  $ kongcrate status my-plugin --check || kongcrate install …`;
