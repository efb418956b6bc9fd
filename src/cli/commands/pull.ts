import { Option, type Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { pullArtifact, type PullFormat } from '../../workflows/pull-artifact.ts';
import { addPlaceOptions, placeOf, SOURCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { setAction, type OutputOptions } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { renderTrust } from '../print-trust.ts';
import {
  addLayerOptions,
  addTrustOptions,
  limitsOf,
  type LayerFlags,
  type TrustFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends TrustFlags, LayerFlags, PlaceFlags {
  readonly output: string;
  readonly format?: PullFormat;
  readonly allowUnsigned?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', `what to pull: ${SOURCE_FORMS}`)
    .requiredOption('-o, --output <file>', 'file to write, - for stdout; for oci a directory')
    .addOption(
      new Option(
        '--format <format>',
        'what crane pull writes, an OCI layout, or the inner archive',
      ).choices(['crane', 'oci', 'layer']),
    )
    .option('--allow-unsigned', 'pull what nobody signed');
  addTrustOptions(command);
  addPlaceOptions(command);
  addLayerOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([reference = ''], flags, call) => {
    noteRepository(flags.as, call);
    const pulled = await pullArtifact(reference, {
      ...(await trustOf(flags, context)),
      ...outputOf(flags, context),
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      ...(flags.format ? { format: flags.format } : {}),
      ...(await placeOf(flags, call, [reference])),
      ...(flags.allowUnsigned ? { allowUnsigned: true } : {}),
      ...call.calls,
    });
    const { subject, content, ...rest } = pulled;
    if (subject.trust.kind === 'unsigned') call.warn(renderTrust(subject.trust));
    else call.note(renderTrust(subject.trust));
    const json = { ...rest, trust: subject.trust };
    return { text: pulled.output ?? '', json, ...(content ? { bytes: content } : {}) };
  });
}

/** No output is stdout; a terminal cannot show an archive. */
function outputOf({ output, json }: Flags & OutputOptions, context: Context): { output?: string } {
  if (output !== '-') return { output };
  if (json)
    throw new KongcrateError('USAGE', '-o - and --json both want stdout', {
      remedy: 'Leave one of them out, or write to a file.',
    });
  if (context.stdout.isTTY === true)
    throw new KongcrateError('USAGE', 'an archive is nothing for a terminal', {
      remedy: 'Name a file with -o, or pipe the output: … -o - | tar tf -',
    });
  return {};
}

const EXAMPLES = `
Examples:
  $ kongcrate pull registry.example/acme/my-plugin:1.2.0 --key cosign.pub -o my-plugin.tar
  $ kongcrate pull oci-layout:./dist:1.2.0 --key cosign.pub -o ./carry --format oci
  $ kongcrate pull oci-layout:./dist:1.2.0 --key cosign.pub -o - --format layer | tar tzf -`;
