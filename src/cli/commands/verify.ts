import type { Command } from 'commander';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../../reference/media-types.ts';
import { verifyArtifact, type VerifiedArtifact } from '../../workflows/verify-artifact.ts';
import { addPlaceOptions, placeOf, type PlaceFlags } from '../place-options.ts';
import { setAction, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { renderSigners, renderTrust } from '../print-trust.ts';
import { addTrustOptions, type TrustFlags } from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends TrustFlags, PlaceFlags {
  readonly checkTag?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', 'what to verify: oci-layout:DIR[:tag][@digest]')
    .option('--check-tag', 'with tag and digest: the tag must point to the digest');
  addTrustOptions(command);
  addPlaceOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([reference = ''], flags, call) => {
    const verified = await verifyArtifact(reference, {
      ...trustOf(flags, context),
      ...placeOf(flags, call),
      ...(flags.checkTag ? { checkTag: true } : {}),
      ...call.calls,
    });
    return render(verified);
  });
}

function render({ reference, subject }: VerifiedArtifact): CommandResult {
  const { annotations } = subject.manifest;
  const name = annotations[PLUGIN_NAME_ANNOTATION];
  const version = annotations[PLUGIN_VERSION_ANNOTATION];
  const { repository, descriptor } = subject.reference;
  const signed =
    name === undefined
      ? 'plugin: name and version are not signed; they stand in the archive only'
      : `plugin: ${name} ${version ?? '(version not signed)'}`;
  const lines = [
    renderTrust(subject.trust),
    `reference: ${reference}`,
    `repository: ${repository}`,
    signed,
    ...renderSigners(subject.trust, subject.reference),
  ];
  const { digest } = descriptor;
  const json = { reference, repository, digest, name, version, trust: subject.trust };
  return { text: lines.join('\n'), json };
}

const EXAMPLES = `
Examples:
  $ kongcrate verify oci-layout:./dist:1.2.0 --key cosign.pub
  $ kongcrate verify oci-layout:./dist:1.2.0 --key a.pub --key b.pub --threshold 2

Only the registry or layout is read: no log, no key server.
Exit 10: no signature. Exit 12: none satisfies.`;
