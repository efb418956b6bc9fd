import type { Command } from 'commander';
import { enablePlugins } from '../../workflows/enable-plugins.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addEditOptions, editOptionsOf, type EditFlags } from '../edit-options.ts';
import { askingOf, kongOf } from '../kong-options.ts';
import { explainEdit, renderEdit } from '../print-conf-edit.ts';
import { addLuaRootOption } from '../shared-options.ts';

interface Flags extends EditFlags {
  readonly luaRoot: string;
}

export function configure(command: Command, context: Context): void {
  command.argument('<name...>', 'plugins that are installed, or that Kong brings along');
  addLuaRootOption(command);
  addEditOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (names, flags, call) => {
    const report = await enablePlugins(names, {
      ...editOptionsOf(flags, context),
      luaRoot: flags.luaRoot,
      kong: {
        place: kongOf(flags, context),
        send: askingOf(flags, call).send,
        onNote: call.warn,
      },
      signal: context.signal,
    });
    explainEdit(report, { ...flags, ...kongOf(flags, context) }, call);
    return { text: renderEdit(report), json: report };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate enable my-plugin
  $ kongcrate enable my-plugin --kong-conf ./kong.conf --create
  $ kongcrate enable my-plugin --dry-run

Edits plugins = in kong.conf and keeps every other byte. A Lua root that Kong does
not look into is put in front of lua_package_path.`;
