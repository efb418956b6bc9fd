import { Option, type Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { ExportSettings, ExportTarget } from '../../export/exported-plugin.ts';
import { EXPORT_TARGETS, exportArtifact } from '../../workflows/export-artifact.ts';
import { writeExport } from '../../workflows/write-export.ts';
import { setAction, type OutputOptions } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { addPlaceOptions, placeOf, SOURCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { renderTrust } from '../print-trust.ts';
import { repeatFlags } from '../repeat-flags.ts';
import {
  addLayerOptions,
  addTrustOptions,
  limitsOf,
  type LayerFlags,
  type TrustFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends TrustFlags, LayerFlags, PlaceFlags {
  readonly to: ExportTarget;
  readonly output?: string;
  readonly base?: string;
  readonly luaRoot?: string;
  readonly allowUnsigned?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', `what to export: ${SOURCE_FORMS}`)
    .addOption(
      new Option('--to <target>', 'what to write it for')
        .choices(EXPORT_TARGETS)
        .makeOptionMandatory(),
    )
    .option('-o, --output <file>', 'file to write in place of stdout; for helm a directory')
    .option('--base <image>', "Kong's image (kong:3.9); for kubernetes one with crane, sh and tar")
    .option('--lua-root <dir>', 'docker-run: where the files go on this machine (kong-lua)')
    .option('--allow-unsigned', 'export what nobody signed');
  addTrustOptions(command);
  addPlaceOptions(command);
  addLayerOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([reference = ''], flags, call) => {
    const settings = settingsOf(flags, command);
    noteRepository(flags.as, call);
    const { files, subject, ...about } = await exportArtifact(reference, {
      ...(await trustOf(flags, context)),
      ...settings,
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      ...(await placeOf(flags, call, [reference])),
      ...(flags.allowUnsigned ? { allowUnsigned: true } : {}),
      ...call.calls,
    });
    if (subject.trust.kind === 'unsigned') call.warn(renderTrust(subject.trust));
    else call.note(renderTrust(subject.trust));
    const { output } = flags;
    const written = output === undefined ? [] : writeExport(files, output, flags.to === 'helm');
    const json = { ...about, files, written, trust: subject.trust };
    if (output !== undefined) return { text: written.join('\n'), json };
    // As it is: escapes for a terminal would change what a file holds.
    const text = files.map((file) => file.text).join('');
    return { text, json, ...(flags.json ? {} : { bytes: Buffer.from(text) }) };
  });
}

/** @throws KongcrateError USAGE for a flag that would change nothing */
function settingsOf(
  { to, output, base, luaRoot, json }: Flags & OutputOptions,
  command: Command,
): ExportSettings & { readonly to: ExportTarget } {
  const takesBase = ['dockerfile', 'docker-run', 'kubernetes'].includes(to);
  if (base !== undefined && !takesBase)
    throw usage(
      `--base says nothing about ${to}`,
      'Leave it out: no image of yours is used there.',
    );
  if (luaRoot !== undefined && to !== 'docker-run')
    throw usage(`--lua-root says nothing about ${to}`, 'Leave it out, or export --to docker-run.');
  if (to === 'helm' && output === undefined && !json)
    throw usage('helm takes two files', 'Name a directory for them with -o.');
  return {
    to,
    ...(base === undefined ? {} : { base }),
    ...(luaRoot === undefined ? {} : { luaRoot }),
    trustArguments: repeatFlags(command),
  };
}

function usage(message: string, remedy: string): KongcrateError {
  return new KongcrateError('USAGE', message, { remedy });
}

const EXAMPLES = `
Examples:
  $ kongcrate export registry.example/acme/my-plugin:1.2.0 --to dockerfile --key cosign.pub > Dockerfile
  $ kongcrate export registry.example/acme/my-plugin:1.2.0 --to operator --key cosign.pub | kubectl apply -f -
  $ kongcrate export oci-layout:./dist:1.2.0 --to helm --key cosign.pub -o ./helm
  $ kongcrate export oci-layout:./dist:1.2.0 --to docker-run --key cosign.pub

The artifact is verified first, and named by its digest. docs/export.md has what each target needs.`;
