import { Option, type Command } from 'commander';
import { readBuild } from '../../attestation/provenance/read-build.ts';
import type { Description } from '../../workflows/describe-plugin.ts';
import { publishLock } from '../../workflows/lock/publish-lock.ts';
import { publishAll } from '../../workflows/publish-all.ts';
import { publishPlugin, type PublishedPlugin } from '../../workflows/publish-plugin.ts';
import { setAction, type Call, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { VERSION } from '../version.ts';
import { renderFindings } from '../print-findings.ts';
import { placeOf, REFERENCE_FORMS } from '../place-options.ts';
import { addPushOptions, pushOf, type PushFlags } from '../push-options.ts';
import { refuseGiven } from '../refuse-stray.ts';
import { annotation } from '../shared-options.ts';
import { addSignOptions, beginPartyOf, partyOf, type SignFlags } from '../sign-options.ts';
import { renderAttestation } from '../print-attestations.ts';
import { renderSignatures } from '../print-signatures.ts';
import { wantsAll, type AllFlags } from '../source-options.ts';

interface Flags extends PushFlags, SignFlags, AllFlags {
  readonly annotation?: Readonly<Record<string, string>>;
  readonly provenance?: true;
  readonly sbom?: 'spdx' | 'cyclonedx' | 'both';
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<dir>', "the plugin's directory, an archive by pack, or a kongcrate.lock")
    .argument('<ref>', `where to: ${REFERENCE_FORMS}`)
    .option('--all', 'publish every plugin of the repository, each as <ref>/<name>:<version>')
    .option('-a, --annotation <k=v>', 'annotation to sign along (repeatable)', annotation);
  command
    .option('--provenance', 'attest the build, as GitHub Actions or GitLab CI describes it')
    .addOption(
      new Option('--sbom [format]', 'attest what it is made of')
        .choices(['spdx', 'cyclonedx', 'both'])
        .preset('spdx'),
    );
  addSignOptions(command);
  addPushOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([source = '', reference = ''], flags, call) => {
    noteRepository(flags.as, call);
    if (source.endsWith('.lock')) return publishLockOf(source, reference, { flags, call });
    const isAll = wantsAll(flags);
    const options = {
      ...(await pushOf(flags, call, reference)),
      // Where nothing is signed, a wrong password is told all the same.
      ...(await (flags.dryRun ? partyOf : beginPartyOf)(flags, call)),
      ...descriptionOf(flags, context),
      ...(flags.annotation ? { signedAnnotations: flags.annotation } : {}),
      ...call.calls,
    };
    if (!isAll) {
      const published = await publishPlugin(source, reference, options);
      notePublished(published, call);
      return { text: published.reference, json: published };
    }
    const plugins = await publishAll(source, reference, options);
    for (const published of plugins) notePublished(published, call);
    return { text: plugins.map((each) => each.reference).join('\n'), json: { plugins } };
  });
}

/** For nodes that follow it: `sync --lock-ref`. */
async function publishLockOf(
  source: string,
  reference: string,
  { flags, call }: { readonly flags: Flags; readonly call: Call },
): Promise<CommandResult> {
  const about = `plugins, and ${source} is a lock`;
  refuseGiven(flags, ABOUT_PLUGINS, { about, remedy: 'Leave it out.' });
  const published = await publishLock(source, reference, {
    ...(await placeOf(flags, call, [reference])),
    ...(await partyOf(flags, call)),
    ...(flags.annotation ? { signedAnnotations: flags.annotation } : {}),
    ...(flags.force ? { force: true } : {}),
    ...(flags.dryRun ? { dryRun: true } : {}),
    ...call.calls,
  });
  call.note(`the lock of ${published.publishedAt}`);
  call.note(renderSignatures(published.signatures));
  return { text: published.reference, json: published };
}

const ABOUT_PLUGINS: readonly string[] = [
  ...['all', 'plugin', 'version', 'provenance', 'sbom', 'source', 'revision'],
  ...['kongVersion', 'dockerMediaTypes'],
];

function notePublished(published: PublishedPlugin, call: Call): void {
  const { name, version, warnings, signatures, attestations } = published;
  if (warnings.length > 0) call.note(renderFindings(warnings));
  call.note(`${name} ${version}`);
  call.note(renderSignatures(signatures));
  for (const one of attestations) call.note(renderAttestation(one));
}

/** Whoever asks for provenance outside a CI is told before anything is packed. */
function descriptionOf(
  { provenance, sbom }: Flags,
  { environment }: Context,
): { readonly description?: Description } {
  if (provenance === undefined && sbom === undefined) return {};
  return {
    description: {
      ...(provenance ? { provenance: readBuild(environment) } : {}),
      ...(sbom ? { sboms: sbom === 'both' ? ['spdx', 'cyclonedx'] : [sbom] } : {}),
      toolVersion: VERSION,
    },
  };
}

const EXAMPLES = `
Examples:
  $ kongcrate publish ./my-plugin registry.example/acme/my-plugin:1.2.0 --key cosign.key
  $ kongcrate publish ./my-plugin oci-layout:./dist:1.2.0 --key cosign.key
  $ kongcrate publish . registry.example/acme/my-plugin:1.2.0 --provenance --sbom=both
  $ COSIGN_PASSWORD=… kongcrate publish . oci-layout:./dist:1.2.0 --key env://COSIGN_KEY --json
  $ kongcrate publish . registry.example/acme --all --key cosign.key
  $ kongcrate publish ./my-plugin registry.example/acme/my-plugin:1.2.0 --fulcio-auth-flow normal
  $ kongcrate publish kongcrate.lock registry.example/acme/fleet:stable --key cosign.key --force

Everything is checked before the first write; the tag is set last. Prints one
line for a plugin: the place and the digest. Description, url and licence of a rockspec
travel only from the directory, not from an archive.`;
