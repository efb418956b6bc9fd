import type { Command } from 'commander';
import { MAX_PREDICATE_BYTES, readPredicate } from '../../attestation/read-predicate.ts';
import { PREDICATE_WORDS } from '../../attestation/predicate-type.ts';
import { attestArtifact } from '../../workflows/attest-artifact.ts';
import { readSourceFile } from '../../workflows/read-source-file.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { addPlaceOptions, placeOf, REFERENCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { renderAttestation } from '../print-attestations.ts';
import { renderSignatures } from '../print-signatures.ts';
import { readAll } from '../read-all.ts';
import { addSignOptions, partyOf, type SignFlags } from '../sign-options.ts';

interface Flags extends SignFlags, PlaceFlags {
  readonly type: string;
  readonly predicate: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref>', `what it is about, best by digest: ${REFERENCE_FORMS}`)
    .requiredOption('--type <type>', `${PREDICATE_WORDS.join(', ')}, or a URI`)
    .requiredOption('--predicate <file>', 'what is said, in JSON: FILE, or - for standard input');
  addSignOptions(command);
  addPlaceOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([reference = ''], flags, call) => {
    const { type, predicate: file } = flags;
    const bytes = file === '-' ? await readAll(context) : readSourceFile(file, MAX_PREDICATE_BYTES);
    const predicate = readPredicate(type, bytes, new Date());
    noteRepository(flags.as, call);
    const attested = await attestArtifact(reference, predicate, {
      ...(await placeOf(flags, call, [reference])),
      ...(await partyOf(flags, call)),
      ...call.calls,
    });
    const { signatures, attestation } = attested;
    if (signatures.length > 0) call.note(renderSignatures(signatures));
    call.note(renderAttestation(attestation));
    const json = { reference: attested.reference, signatures, attestation };
    return { text: attested.reference, json };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate attest registry.example/acme/my-plugin@sha256:… --key cosign.key \\
      --type slsaprovenance1 --predicate provenance.json
  $ syft dir:. -o spdx-json | kongcrate attest oci-layout:./dist:1.2.0 --key cosign.key \\
      --type spdxjson --predicate -

Who signs is said as for sign. Where only a legacy signature by the same signer is there, a bundle
is signed first: cosign 3 reads no other once there is one. verify --attestation reads it back.`;
