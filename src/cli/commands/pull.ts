import type { Command } from 'commander';
import { pullArtifact, type PullFormat } from '../../workflows/pull-artifact.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderTrust } from '../print-trust.ts';
import {
  addLayerOptions,
  addNameOption,
  addTrustOptions,
  limitsOf,
  oneOf,
  type LayerFlags,
  type TrustFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends TrustFlags, LayerFlags {
  readonly output: string;
  readonly format?: PullFormat;
  readonly as?: string;
  readonly allowUnsigned?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', 'what to pull: oci-layout:DIR[:tag][@sha256:…]')
    .requiredOption('-o, --output <file>', 'file to write; with --format oci a directory')
    .option(
      '--format <format>',
      'crane (what crane pull writes), oci (a layout) or layer (the inner archive)',
      oneOf(['crane', 'oci', 'layer']),
    )
    .option('--allow-unsigned', 'pull what nobody signed');
  addTrustOptions(command);
  addNameOption(command);
  addLayerOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([reference = ''], flags, call) => {
    const pulled = await pullArtifact(reference, {
      ...trustOf(flags, context),
      output: flags.output,
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      ...(flags.format ? { format: flags.format } : {}),
      ...(flags.as === undefined ? {} : { as: flags.as }),
      ...(flags.allowUnsigned ? { allowUnsigned: true } : {}),
      ...call.calls,
    });
    const { subject, ...rest } = pulled;
    if (subject.trust.kind === 'unsigned') call.warn(renderTrust(subject.trust));
    else call.note(renderTrust(subject.trust));
    return { text: pulled.output, json: { ...rest, trust: subject.trust } };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate pull oci-layout:./dist:1.2.0 --key cosign.pub -o my-plugin.tar
  $ kongcrate pull oci-layout:./dist:1.2.0 --key cosign.pub -o ./carry --format oci`;
