import type { Command } from 'commander';
import { holdPlugins } from '../../workflows/hold-plugins.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderHolds } from '../print-holds.ts';
import { addLuaRootOption, type NodeFlags } from '../shared-options.ts';

interface Flags extends NodeFlags {
  readonly reason?: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<name...>', 'installed plugins')
    .option('--reason <text>', 'why, for whoever reads the status');
  addLuaRootOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (names, { luaRoot, reason }, call) => {
    const given = reason === undefined ? {} : { reason };
    const outcome = await holdPlugins({ luaRoot }, names, { ...call.calls, ...given });
    if (outcome.notCleanedUp !== undefined) call.warn(outcome.notCleanedUp);
    return { text: renderHolds(outcome), json: outcome };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate hold my-plugin --reason 'until the 1.3 release is out'

A held plugin keeps its version: nothing but a rollback changes or removes it.`;
