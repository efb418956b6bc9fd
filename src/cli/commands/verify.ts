import type { Command } from 'commander';
import { predicateTypeOf } from '../../attestation/predicate-type.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { TrustBasis } from '../../content/verified-subject.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../../reference/media-types.ts';
import {
  verifyArtifact,
  type VerifiedArtifact,
  type VerifyOptions,
} from '../../workflows/verify-artifact.ts';
import { verifyAttestation } from '../../workflows/verify-attestation.ts';
import { verifyInstalled } from '../../workflows/verify-installed.ts';
import { addPlaceOptions, placeOf, SOURCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { setAction, type Call, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { luaRootOf } from '../fill-from-configuration.ts';
import { explaining, renderExplanation } from '../explain-trust.ts';
import { addFileOptions, judgeFile, type FileFlags } from '../judge-file.ts';
import { renderAttested } from '../print-attestations.ts';
import { printVerdict } from '../print-installed-verdict.ts';
import { renderSigners, renderTrust, signersOf } from '../print-trust.ts';
import { refuseStray, SIGNER_FLAGS } from '../refuse-stray.ts';
import { addTrustOptions, DEFAULT_LUA_ROOT } from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends FileFlags, PlaceFlags {
  readonly checkTag?: true;
  readonly explain?: true;
  readonly installed?: true;
  readonly luaRoot?: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument(
      '[ref...]',
      `what to verify: ${SOURCE_FORMS}; names of plugins with --installed, a file with --bundle`,
    )
    .option('--explain', 'say which rule of a policy decided and what it makes of each signature')
    .option('--check-tag', 'with tag and digest: the tag must point to the digest')
    .option('--installed', 'judge what is installed anew, by its stored evidence')
    .option('--lua-root <dir>', `with --installed: Lua package root (${DEFAULT_LUA_ROOT})`);
  addFileOptions(command);
  addTrustOptions(command);
  addPlaceOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (args, flags, call) => {
    if (flags.bundle !== undefined) return judgeFile(args, flags, call);
    if (flags.installed) {
      refuseBeside(args, flags);
      const root = { luaRoot: await luaRootOf(flags) };
      const options = { ...(await trustOf(flags, context)), root, ...call.calls };
      return printVerdict(await verifyInstalled(args, options));
    }
    const reference = onlyReference(args, flags);
    const options = {
      ...(await trustOf(flags, context)),
      ...(await placeOf(flags, call, [reference])),
      ...(flags.checkTag ? { checkTag: true } : {}),
      ...call.calls,
    };
    if (flags.attestation !== undefined)
      return judgeAttestation(reference, flags, { options, call });
    return flags.explain
      ? explain(reference, options, call)
      : render(await verifyArtifact(reference, options));
  });
}

/** What is attested in place of who signed: one after the other, each with its signers. */
async function judgeAttestation(
  reference: string,
  { attestation = '', explain: isExplained }: Flags,
  { options, call }: { readonly options: VerifyOptions; readonly call: Call },
): Promise<CommandResult> {
  const type = predicateTypeOf(attestation);
  const { result, explanation } = await explaining(
    (told) => verifyAttestation(reference, type, { ...options, ...told }),
    call,
  );
  const { digest } = result.subject.reference.descriptor;
  const { attestations } = result;
  const json = { reference: result.reference, digest, attestations };
  const text = renderAttested(result);
  if (isExplained !== true) return { text, json };
  const lines = [text, ...renderExplanation(explanation)];
  return { text: lines.join('\n'), json: { ...json, explanation } };
}

async function explain(
  reference: string,
  options: VerifyOptions,
  call: Call,
): Promise<CommandResult> {
  const { result, explanation } = await explaining(
    (told) => verifyArtifact(reference, { ...options, ...told }),
    call,
  );
  const { text, json } = render(result);
  const lines = [text, ...renderExplanation(explanation)];
  return { text: lines.join('\n'), json: { ...json, explanation } };
}

function onlyReference([reference, ...others]: readonly string[], { luaRoot }: Flags): string {
  if (reference === undefined)
    throw usage(
      "missing required argument 'ref'",
      'Name an artifact, or give --installed. See kongcrate help verify.',
    );
  if (others.length > 0)
    throw usage(`too many arguments: ${others.join(' ')}`, 'Verify one reference at a time.');
  if (luaRoot !== undefined)
    throw usage('--lua-root says nothing about a reference', 'Leave it out, or give --installed.');
  return reference;
}

/** What belongs to a reference has nothing to say about what is installed. */
function refuseBeside(names: readonly string[], flags: Flags): void {
  const reference = names.find((name) => /[/:@]/.test(name));
  if (reference !== undefined)
    throw usage(
      `--installed takes names of plugins, and ${reference} is a reference`,
      'Leave out one of the two.',
    );
  const known = ['installed', 'luaRoot', 'maxSignatures', 'policy', 'config', ...SIGNER_FLAGS];
  refuseStray(flags, known, 'what is installed');
}

function usage(message: string, remedy: string): KongcrateError {
  return new KongcrateError('USAGE', message, { remedy });
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
    ...placeLine(subject.trust),
    signed,
    ...renderSigners(signersOf(subject.trust), repository),
  ];
  const { digest } = descriptor;
  const json = { reference, repository, digest, name, version, trust: subject.trust };
  return { text: lines.join('\n'), json };
}

/** Where the signatures are, if not beside the artifact. */
function placeLine(trust: TrustBasis): readonly string[] {
  const where = trust.kind === 'signed' ? trust.signatureRepository : undefined;
  return where === undefined ? [] : [`signatures in: ${where}`];
}

const EXAMPLES = `
Examples:
  $ kongcrate verify registry.example/acme/my-plugin:1.2.0 --key cosign.pub
  $ kongcrate verify oci-layout:./dist:1.2.0 --key a.pub --key b.pub --threshold 2
  $ kongcrate verify registry.example/acme/my-plugin:1.2.0 \\
      --certificate-identity https://github.com/acme/my-plugin/.github/workflows/release.yml@refs/tags/v1.2.0 \\
      --certificate-oidc-issuer https://token.actions.githubusercontent.com
  $ kongcrate verify my-plugin-1.2.0.tar.gz --bundle my-plugin.sigstore.json --key cosign.pub
  $ kongcrate verify oci-layout:./dist:1.2.0 --key cosign.pub --attestation slsaprovenance1
  $ kongcrate verify --installed

Only the registry or layout is read, and COSIGN_REPOSITORY if set: no log, no key server.
Exit 10: no signature. Exit 12: none satisfies. Exit 13: the certificate is missing or wrong. --installed reads the disk only, needs no key (the
signers recorded at the install are asked then), and exits 7 when files differ.`;
