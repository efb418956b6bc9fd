import { Option, type Command } from 'commander';
import type { ArtifactLayout } from '../../plugin/artifact.ts';
import { pushPlugin } from '../../workflows/push-plugin.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { renderFindings } from '../print-findings.ts';
import { REFERENCE_FORMS } from '../place-options.ts';
import { addPushOptions, pushOf, type PushFlags } from '../push-options.ts';
import { annotation } from '../shared-options.ts';

interface Flags extends PushFlags {
  readonly layout?: ArtifactLayout;
  readonly annotation?: Readonly<Record<string, string>>;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<source>', "the plugin's directory, or an archive by pack or tar czf")
    .argument('<ref>', `where to: ${REFERENCE_FORMS}`)
    .addOption(
      new Option(
        '--layout <layout>',
        'form of the artifact: image by default, cosign as upload blob makes it',
      ).choices(['image', 'cosign', 'tree', 'artifact']),
    )
    .option('-a, --annotation <k=v>', 'annotation of the manifest (repeatable)', annotation);
  addPushOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([source = '', reference = ''], flags, call) => {
    noteRepository(flags.as, call);
    const common = await pushOf(flags, call, reference);
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
  $ kongcrate push ./my-plugin registry.example/acme/my-plugin:1.2.0
  $ kongcrate push ./my-plugin oci-layout:./dist:1.2.0
  $ kongcrate push my-plugin-1.2.0.tar.gz oci-layout:./dist:1.2.0 --layout cosign

Prints one line: the place and the digest. publish also signs.
An archive gives the same digest as its directory, unless there is a rockspec:
description, url and licence of a rockspec travel only from the directory.`;
