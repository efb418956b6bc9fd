import type { Command } from 'commander';
import { disablePlugins } from '../../workflows/disable-plugins.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addEditOptions, editOptionsOf, type EditFlags } from '../edit-options.ts';
import { explainEdit, renderEdit } from '../print-conf-edit.ts';

export function configure(command: Command, context: Context): void {
  command.argument('<name...>', 'plugins that Kong shall load no more');
  addEditOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<EditFlags>(command, context, async (names, flags, call) => {
    const report = await disablePlugins(names, editOptionsOf(flags, context));
    if (report.state !== 'unchanged')
      call.warn(
        `nothing may use ${names.join(', ')} any more, or Kong drops every request: look at GET /plugins of the Admin API, or at the declarative configuration, before it reloads`,
      );
    explainEdit(report, flags, call);
    return { text: renderEdit(report), json: report };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate disable my-plugin
  $ kongcrate disable my-plugin --dry-run

Edits plugins = in kong.conf and keeps every other byte. The files stay where they are.`;
