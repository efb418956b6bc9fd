import { Option, type Command } from 'commander';
import { disablePlugins } from '../../workflows/disable-plugins.ts';
import { setAction } from '../action.ts';
import { activationOf, addActivationOptions, type ActivationFlags } from '../activation-options.ts';
import type { Context } from '../context.ts';
import {
  addKongOptions,
  addNodeServerOptions,
  askingOf,
  nodePlaceOf,
  type NodeServerFlags,
} from '../kong-options.ts';
import { explainEdit, renderEdit } from '../print-conf-edit.ts';
import { explainDisabled } from '../print-disabled.ts';
import { addLuaRootOption, type NodeFlags } from '../shared-options.ts';

interface Flags extends NodeFlags, NodeServerFlags, ActivationFlags {
  readonly activate: boolean;
  readonly assumeUnused?: true;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<name...>', 'plugins that Kong shall load no more')
    .option('--assume-unused', 'ask nobody whether something still uses them')
    .addOption(
      new Option('--no-activate', 'edit kong.conf alone, for the next start').conflicts([
        'activateTimeout',
        'probe',
      ]),
    )
    .option('--dry-run', 'ask and show the lines that would go and come, change nothing');
  addLuaRootOption(command);
  addKongOptions(command);
  addNodeServerOptions(command);
  addActivationOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (names, flags, call) => {
    const { activate, assumeUnused, dryRun } = flags;
    const report = await disablePlugins(names, {
      ...nodePlaceOf(flags, context),
      ...activationOf(flags, context),
      ...askingOf(flags, call),
      onNote: call.warn,
      root: { luaRoot: flags.luaRoot },
      activate,
      ...(assumeUnused ? { assumeUnused } : {}),
      ...(dryRun ? { dryRun } : {}),
    });
    const isUnconfirmed = explainDisabled(report, names, call);
    const { prefix } = nodePlaceOf(flags, context);
    explainEdit(report, { ...flags, prefix, isApplied: report.reload !== undefined }, call);
    return { text: renderEdit(report), json: report, ...(isUnconfirmed ? { exitCode: 15 } : {}) };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate disable my-plugin
  $ kongcrate disable my-plugin --admin-header "Kong-Admin-Token: $TOKEN"
  $ kongcrate disable my-plugin --no-activate --assume-unused

Asks Kong whether anything uses the plugin, reloads a running Kong without it, and edits
plugins = in kong.conf, every other byte kept. The files stay where they are.`;
