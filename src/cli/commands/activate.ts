import { Option, type Command } from 'commander';
import { activateNode } from '../../workflows/activate-node.ts';
import { setAction } from '../action.ts';
import {
  addNodeActivationOptions,
  nodeActivationOf,
  type NodeActivationFlags,
} from '../activation-options.ts';
import type { Context } from '../context.ts';
import { explainActivation } from '../print-activation.ts';
import { addNodeOptions, rootOf, type NodeFlags } from '../shared-options.ts';

interface Flags extends NodeFlags, NodeActivationFlags {
  readonly prepare?: true;
  readonly restart?: true;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .option('--prepare', 'take the settings of kong.conf, where only the plugins differ')
    .addOption(
      new Option('--restart', 'stop Kong and start it: nothing serves meanwhile').conflicts(
        'prepare',
      ),
    )
    .option('--dry-run', 'have Kong load it in a test, change nothing');
  addNodeOptions(command);
  addNodeActivationOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (_, flags, call) => {
    const report = await activateNode({
      root: rootOf(flags),
      kong: {
        ...nodeActivationOf(flags, call),
        ...(flags.prepare ? { by: 'prepare' } : {}),
        ...(flags.restart ? { by: 'restart' } : {}),
      },
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...call.calls,
    });
    if (report.notCleanedUp !== undefined) call.warn(report.notCleanedUp);
    explainActivation(report, call);
    return { text: `${report.state} ${report.plugins?.join(',') ?? ''}`, json: report };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate activate
  $ kongcrate activate --dry-run
  $ kongcrate activate --probe http://127.0.0.1:8000/health --probe-for 10

Kong loads what is installed in a test first, with the settings of the node (exit 8), then it is
reloaded. A node that does not serve it gets back what it had (exit 9).`;
