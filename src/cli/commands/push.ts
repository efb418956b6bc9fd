import type { Command } from 'commander';
import type { ArtifactLayout } from '../../plugin/artifact.ts';
import { pushPlugin } from '../../workflows/push-plugin.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderFindings } from '../print-findings.ts';
import { addPushOptions, pushOf, type PushFlags } from '../push-options.ts';
import { annotation, oneOf } from '../shared-options.ts';

interface Flags extends PushFlags {
  readonly layout?: ArtifactLayout;
  readonly annotation?: Readonly<Record<string, string>>;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<source>', "the plugin's directory, or an archive by pack or tar czf")
    .argument('<ref>', 'where to: oci-layout:DIR[:tag]')
    .option(
      '--layout <layout>',
      'image, cosign (as upload blob does), tree or artifact',
      oneOf(['image', 'cosign', 'tree', 'artifact']),
    )
    .option('-a, --annotation <k=v>', 'annotation of the manifest (repeatable)', annotation);
  addPushOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([source = '', reference = ''], flags, call) => {
    const common = pushOf(flags, context);
    const pushed = await pushPlugin(source, reference, {
      ...common,
      ...(flags.layout ? { layout: flags.layout } : {}),
      annotations: { ...common.annotations, ...flags.annotation },
      ...call.calls,
    });
    if (pushed.warnings.length > 0) call.note(renderFindings(pushed.warnings));
    call.note(`${pushed.name} ${pushed.version}: not signed yet; kongcrate sign does that`);
    return { text: pushed.reference, json: pushed };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate push ./my-plugin oci-layout:./dist:1.2.0
  $ kongcrate push my-plugin-1.2.0.tar.gz oci-layout:./dist:1.2.0 --layout cosign

Prints one line: the place and the digest. publish also signs.`;
