import type { Command } from 'commander';
import { inspectArtifact } from '../../workflows/inspect-artifact.ts';
import { addPlaceOptions, placeOf, SOURCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { addConfigurationOption } from '../policy-options.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderInspection } from '../print-inspection.ts';

export function configure(command: Command, context: Context): void {
  command.argument(
    '<target>',
    `${SOURCE_FORMS}; without tag and digest its tags are listed; or a file`,
  );
  addPlaceOptions(command);
  addConfigurationOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<PlaceFlags>(command, context, async ([target = ''], flags, call) => {
    const inspected = await inspectArtifact(target, {
      ...(await placeOf(flags, call, [target])),
      ...call.calls,
    });
    call.note('inspect decides nothing about trust; verify does.');
    return { text: renderInspection(inspected), json: inspected };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate inspect registry.example/acme/my-plugin    its tags
  $ kongcrate inspect oci-layout:./dist:1.2.0            one artifact with its signatures
  $ kongcrate inspect my-plugin-1.2.0.tar.gz             the files of an archive`;
