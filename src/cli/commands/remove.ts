import type { Command } from 'commander';
import { removePlugins, type RemoveReport } from '../../workflows/remove-plugins.ts';
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
import { explainDisabled } from '../print-disabled.ts';
import { addNodeOptions, rootOf, type NodeFlags } from '../shared-options.ts';

interface Flags extends NodeFlags, NodeServerFlags, ActivationFlags {
  readonly assumeUnused?: true;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<name...>', 'installed plugins')
    .option('--assume-unused', 'ask nobody whether something still uses them')
    .option('--dry-run', 'check everything, change nothing');
  addNodeOptions(command);
  addKongOptions(command);
  addNodeServerOptions(command);
  addActivationOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (names, flags, call) => {
    const report = await removePlugins(names, {
      ...nodePlaceOf(flags, context),
      ...activationOf(flags, context),
      ...askingOf(flags, call),
      onNote: call.warn,
      root: rootOf(flags),
      ...(flags.assumeUnused ? { assumeUnused: true } : {}),
      ...(flags.dryRun ? { dryRun: true } : {}),
    });
    explainDisabled(report.disabled, names, call);
    if (report.notCleanedUp !== undefined) call.warn(report.notCleanedUp);
    call.note(flags.dryRun ? 'dry run: nothing was changed' : 'kongcrate rollback brings it back');
    return { text: render(report), json: report };
  });
}

function render({
  plugins,
  disabled: { state, file, removedLines, addedLines },
}: RemoveReport): string {
  return [
    ...(state === 'changed' && file !== undefined ? [`changed ${file}`] : []),
    ...removedLines.map((line) => `- ${line}`),
    ...addedLines.map((line) => `+ ${line}`),
    ...plugins.map(({ name, version, digest }) => `removed ${name} ${version ?? ''} ${digest}`),
  ].join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate remove my-plugin
  $ kongcrate remove my-plugin --admin-url https://control-plane.example:8444
  $ kongcrate remove my-plugin --dry-run

Three steps: nothing may use the plugin; plugins = in kong.conf and a running Kong lose it, and
Kong serves so; then the files go. Cut off in between, run it again.`;
