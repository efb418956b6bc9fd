import type { Command } from 'commander';
import { signArtifact } from '../../workflows/sign-artifact.ts';
import { addPlaceOptions, placeOf, REFERENCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { openSigner } from '../open-signer.ts';
import { renderSignatures } from '../print-signatures.ts';
import { addSignOptions, annotation, type SignFlags } from '../shared-options.ts';

interface Flags extends SignFlags, PlaceFlags {
  readonly annotation?: Readonly<Record<string, string>>;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', `what to sign, best by digest: ${REFERENCE_FORMS}`)
    .option('-a, --annotation <k=v>', 'annotation to sign along (repeatable)', annotation);
  addSignOptions(command);
  addPlaceOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([reference = ''], flags, call) => {
    noteRepository(flags.as, call);
    const { allowUnencryptedKey } = flags;
    const place = await placeOf(flags, call, [reference]);
    const signed = await signArtifact(reference, {
      ...place,
      signer: await openSigner(flags.key, { context, allowUnencryptedKey }),
      ...(flags.signatureFormat ? { format: flags.signatureFormat } : {}),
      ...(flags.annotation ? { annotations: flags.annotation } : {}),
      ...call.calls,
    });
    call.note(renderSignatures(signed.signatures));
    const { signatures } = signed;
    return { text: signed.reference, json: { reference: signed.reference, signatures } };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate sign registry.example/acme/my-plugin@sha256:… --key cosign.key
  $ kongcrate sign oci-layout:./dist:1.2.0 --key env://COSIGN_KEY -a team=edge

Offline: nothing is written to a public log.
Signing again with the same key adds nothing.`;
