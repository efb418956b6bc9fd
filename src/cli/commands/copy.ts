import type { Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { copyArtifacts, type CopyReport } from '../../workflows/copy/copy-artifacts.ts';
import { readSourceFile } from '../../workflows/read-source-file.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addRegistryOptions, placeOf, SOURCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { addLayerSizeOption, collect, type LayerFlags } from '../shared-options.ts';

interface Flags extends Omit<PlaceFlags, 'as'>, Pick<LayerFlags, 'maxLayerSize'> {
  readonly force?: true;
  readonly trust?: readonly string[];
}

export function configure(command: Command, context: Context): void {
  command
    .usage('[options] <src...> <dst>')
    .argument('<refs...>', `what to copy, and last where to: ${SOURCE_FORMS}`)
    .option('--force', 'move a tag that points to other bytes')
    .option(
      '--trust <file>',
      'key or trusted root to put beside the artifacts (repeatable)',
      collect,
    );
  addRegistryOptions(command);
  addLayerSizeOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (args, flags, call) => {
    const [sources, target] = splitTarget(args);
    const report = await copyArtifacts(sources, target, {
      ...(await placeOf(flags, call, args)),
      ...(flags.force ? { force: true } : {}),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      trust: (flags.trust ?? []).map((file) => readSourceFile(file)),
      ...call.calls,
    });
    call.note(renderNotes(report));
    return { text: report.artifacts.map(({ reference }) => reference).join('\n'), json: report };
  });
}

function splitTarget(references: readonly string[]): readonly [readonly string[], string] {
  const [target = '', ...others] = references.toReversed();
  if (others.length > 0) return [others.toReversed(), target];
  throw new KongcrateError('USAGE', `nothing says where ${target} is to be copied`, {
    remedy: 'Name the target last: kongcrate copy SOURCE... TARGET.',
  });
}

/** What went along, and what that does not mean. */
function renderNotes({ artifacts, trust }: CopyReport): string {
  const lines = artifacts.flatMap(({ source, contents }) => [
    source,
    ...contents.map(({ kind, digest, state }) => `  ${kind} ${digest} ${state}`),
  ]);
  const beside = trust.map(({ kind, fingerprint }) => `${kind} sha256:${fingerprint} beside them`);
  return [...lines, ...beside, 'copy decides nothing about trust; verify does.'].join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate cp registry.example/acme/my-plugin:1.2.0 mirror.example/acme/my-plugin
  $ kongcrate copy registry.example/acme/a:1.2.0 registry.example/acme/b:2.0.0 oci-archive:carry.tar
  $ kongcrate copy oci-layout:./dist:1.2.0 oci-archive:carry.tar --trust cosign.pub
  $ kongcrate install oci-archive:carry.tar:1.2.0 --key cosign.pub

Bytes and digests stay. Signatures, attestations and whatever else refers to the
artifact go along; what the target has beside it stays there too. A copy that was
stopped goes on where it was when you run it again; an archive is written whole.`;
