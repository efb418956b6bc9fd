import type { Command } from 'commander';
import { removePlugins, type RemoveReport } from '../../workflows/remove-plugins.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addKongOptions, kongOf, type KongFlags } from '../kong-options.ts';
import { addNodeOptions, rootOf, type NodeFlags } from '../shared-options.ts';

interface Flags extends NodeFlags, KongFlags {
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<name...>', 'installed plugins')
    .option('--dry-run', 'check everything, change nothing');
  addNodeOptions(command);
  addKongOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (names, flags, call) => {
    const report = await removePlugins(names, {
      root: rootOf(flags),
      kong: kongOf(flags, context),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...call.calls,
    });
    if (report.notCleanedUp !== undefined) call.warn(report.notCleanedUp);
    call.note(flags.dryRun ? 'dry run: nothing was changed' : 'kongcrate rollback brings it back');
    return { text: render(report), json: report };
  });
}

function render({ plugins }: RemoveReport): string {
  return plugins
    .map(({ name, version, digest }) => `removed ${name} ${version ?? ''} ${digest}`)
    .join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate disable my-plugin            out of plugins = in kong.conf, for the next start
  $ KONG_PLUGINS=bundled kong reload       the list without it, for the Kong that runs
  $ kongcrate remove my-plugin

Kong does not start with a plugin in its list that is not there, so a plugin that is still listed
is not removed (exit 18). That no route or service uses it any more you have to know yourself.`;
