import type { Command } from 'commander';
import { signArtifact, type SignedArtifact } from '../../workflows/sign-artifact.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { openSigner } from '../read-key.ts';
import { addNameOption, addSignOptions, annotation, type SignFlags } from '../shared-options.ts';

interface Flags extends SignFlags {
  readonly annotation?: Readonly<Record<string, string>>;
  readonly as?: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', 'what to sign, best by digest: oci-layout:DIR@sha256:…')
    .option('-a, --annotation <k=v>', 'annotation to sign along (repeatable)', annotation);
  addSignOptions(command);
  addNameOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([reference = ''], flags, call) => {
    const { allowUnencryptedKey } = flags;
    const signed = await signArtifact(reference, {
      signer: await openSigner(flags.key, { context, allowUnencryptedKey }),
      ...(flags.signatureFormat ? { format: flags.signatureFormat } : {}),
      ...(flags.annotation ? { annotations: flags.annotation } : {}),
      ...(flags.as === undefined ? {} : { as: flags.as }),
      ...call.calls,
    });
    call.note(renderSignatures(signed.signatures));
    const { signatures } = signed;
    return { text: signed.reference, json: { reference: signed.reference, signatures } };
  });
}

/** One line for each format: written now, or there already. */
export function renderSignatures(signatures: SignedArtifact['signatures']): string {
  return signatures
    .map(({ format, state, digest }) =>
      state === 'added'
        ? `${format} signature written: ${digest}`
        : `${format} signature was there`,
    )
    .join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate sign oci-layout:./dist@sha256:… --key cosign.key
  $ kongcrate sign oci-layout:./dist:1.2.0 --key env://COSIGN_KEY -a team=edge

Offline: nothing is written to a public log. Signing again with the same key adds nothing.`;
