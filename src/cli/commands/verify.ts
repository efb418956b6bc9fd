import type { Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../../reference/media-types.ts';
import { verifyArtifact, type VerifiedArtifact } from '../../workflows/verify-artifact.ts';
import { verifyInstalled } from '../../workflows/verify-installed.ts';
import { addPlaceOptions, placeOf, REFERENCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { setAction, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { printVerdict } from '../print-installed-verdict.ts';
import { renderSigners, renderTrust } from '../print-trust.ts';
import { addTrustOptions, DEFAULT_LUA_ROOT, type TrustFlags } from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends TrustFlags, PlaceFlags {
  readonly checkTag?: true;
  readonly installed?: true;
  readonly luaRoot?: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('[ref...]', `what to verify: ${REFERENCE_FORMS}; with --installed names of plugins`)
    .option('--check-tag', 'with tag and digest: the tag must point to the digest')
    .option('--installed', 'judge what is installed anew, by its stored evidence')
    .option('--lua-root <dir>', `with --installed: Lua package root (${DEFAULT_LUA_ROOT})`);
  addTrustOptions(command);
  addPlaceOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (args, flags, call) => {
    if (flags.installed) {
      refuseBeside(args, flags);
      const { luaRoot = DEFAULT_LUA_ROOT } = flags;
      const options = { ...trustOf(flags, context), root: { luaRoot }, ...call.calls };
      return printVerdict(await verifyInstalled(args, options));
    }
    const reference = onlyReference(args, flags);
    const verified = await verifyArtifact(reference, {
      ...trustOf(flags, context),
      ...(await placeOf(flags, call, [reference])),
      ...(flags.checkTag ? { checkTag: true } : {}),
      ...call.calls,
    });
    return render(verified);
  });
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
  const stray = Object.keys(flags).find((flag) => !WITH_INSTALLED.has(flag));
  if (stray === undefined) return;
  const flag = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usage(`--${flag} says nothing about what is installed`, 'Leave it out.');
}

const WITH_INSTALLED: ReadonlySet<string> = new Set([
  ...['installed', 'luaRoot', 'key', 'threshold', 'annotation', 'maxSignatures'],
  ...['insecureIgnoreTlog', 'json', 'quiet', 'verbose', 'progress'],
]);

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
    signed,
    ...renderSigners(subject.trust, subject.reference),
  ];
  const { digest } = descriptor;
  const json = { reference, repository, digest, name, version, trust: subject.trust };
  return { text: lines.join('\n'), json };
}

const EXAMPLES = `
Examples:
  $ kongcrate verify registry.example/acme/my-plugin:1.2.0 --key cosign.pub
  $ kongcrate verify oci-layout:./dist:1.2.0 --key a.pub --key b.pub --threshold 2
  $ kongcrate verify --installed

Only the registry or layout is read: no log, no key server.
Exit 10: no signature. Exit 12: none satisfies. --installed reads the disk only, needs no key (those
recorded at the install are asked then), and exits 7 when files differ.`;
