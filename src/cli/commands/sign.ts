import type { Command } from 'commander';
import { signArtifact } from '../../workflows/sign-artifact.ts';
import { addPlaceOptions, placeOf, REFERENCE_FORMS } from '../place-options.ts';
import { addDockerMediaTypesOption, withDockerMediaTypes } from '../docker-media-types.ts';
import { setAction, type Call, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { renderSignatures } from '../print-signatures.ts';
import { annotation, collect } from '../shared-options.ts';
import { meansAllTags, signAllTags, type RotationFlags } from '../sign-all-tags.ts';
import { addSignOptions, partyOf } from '../sign-options.ts';
import { signFileOf } from '../sign-file-of.ts';

interface Flags extends RotationFlags {
  readonly bundle?: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', `what to sign, best by digest: ${REFERENCE_FORMS}; a file with --bundle`)
    .option('-a, --annotation <k=v>', 'annotation to sign along (repeatable)', annotation)
    .option('--bundle <file>', 'sign a file, and write this bundle; the argument is its path')
    .option('--all-tags', 'sign all that --verify-key signed; the argument is a repository')
    .option('--verify-key <key>', 'with --all-tags: an old public key (repeatable)', collect)
    .option('--dry-run', 'with --all-tags: verify and show, sign nothing');
  addSignOptions(command);
  addDockerMediaTypesOption(command);
  addPlaceOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, ([target = ''], flags, call) => {
    if (flags.bundle !== undefined) return signFileOf(target, flags, call);
    return meansAllTags(flags)
      ? signAllTags(target, flags, call)
      : signReference(target, flags, call);
  });
}

async function signReference(reference: string, given: Flags, call: Call): Promise<CommandResult> {
  const flags = { ...given, ...withDockerMediaTypes(given, call) };
  noteRepository(flags.as, call);
  const place = await placeOf(flags, call, [reference]);
  const signed = await signArtifact(reference, {
    ...place,
    ...(await partyOf(flags, call)),
    ...(flags.dockerMediaTypes ? { dockerMediaTypes: true } : {}),
    ...(flags.annotation ? { annotations: flags.annotation } : {}),
    ...call.calls,
  });
  call.note(renderSignatures(signed.signatures));
  const { signatures } = signed;
  return { text: signed.reference, json: { reference: signed.reference, signatures } };
}

const EXAMPLES = `
Examples:
  $ kongcrate sign registry.example/acme/my-plugin@sha256:… --key cosign.key
  $ kongcrate sign oci-layout:./dist:1.2.0 --key env://COSIGN_KEY -a team=edge
  $ kongcrate sign my-plugin-1.2.0.tar.gz --bundle my-plugin.sigstore.json --key cosign.key

  $ kongcrate sign registry.example/acme/my-plugin@sha256:… --oidc-token token.jwt
  $ kongcrate sign registry.example/acme/my-plugin --all-tags --key new.key --verify-key old.pub

With --key nobody but the registry is asked, unless --tlog or an address says so; signing again with
the same key adds nothing. Without --key an identity token gets a certificate, and a public log keeps
the name in it. The token comes from --oidc-token, SIGSTORE_ID_TOKEN, GitHub Actions, or a login with
a browser where there is a terminal. The bundle of a file is never
overwritten. --all-tags says again with the new key what the old one said, each digest once; it exits
12 when the old key had not signed everything.`;
