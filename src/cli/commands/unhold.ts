import type { Command } from 'commander';
import { unholdPlugins } from '../../workflows/hold-plugins.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderHolds } from '../print-holds.ts';
import { addLuaRootOption, type NodeFlags } from '../shared-options.ts';

export function configure(command: Command, context: Context): void {
  command.argument('<name...>', 'held plugins');
  addLuaRootOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<NodeFlags>(command, context, async (names, { luaRoot }, call) => {
    const outcome = await unholdPlugins({ luaRoot }, names, call.calls);
    if (outcome.notCleanedUp !== undefined) call.warn(outcome.notCleanedUp);
    return { text: renderHolds(outcome), json: outcome };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate unhold my-plugin`;
