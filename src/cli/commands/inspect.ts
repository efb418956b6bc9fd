import type { Command } from 'commander';
import { inspectArtifact } from '../../workflows/inspect-artifact.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderInspection } from '../print-inspection.ts';
import { addNameOption } from '../shared-options.ts';

interface Flags {
  readonly as?: string;
}

export function configure(command: Command, context: Context): void {
  command.argument('<target>', 'a reference, a layout (lists its tags), or a file on disk');
  addNameOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([target = ''], flags, call) => {
    const inspected = await inspectArtifact(target, {
      ...(flags.as === undefined ? {} : { as: flags.as }),
      ...call.calls,
    });
    call.note('inspect decides nothing about trust; verify does.');
    return { text: renderInspection(inspected), json: inspected };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate inspect oci-layout:./dist              its tags
  $ kongcrate inspect oci-layout:./dist:1.2.0        one artifact with its signatures
  $ kongcrate inspect my-plugin-1.2.0.tar.gz         the files of an archive`;
