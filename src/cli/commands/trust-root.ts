import { Argument, type Command } from 'commander';
import {
  describeTrustRoot,
  type TrustedParty,
  type TrustRootDescription,
} from '../../signing/describe-trust-root.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { readTrustedRoot } from '../trust-of.ts';

interface Flags {
  readonly trustedRoot?: string;
}

export function configure(command: Command, context: Context): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['show']))
    .option('--trusted-root <file>', 'a file in place of the root inside this package')
    .addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, (_args, { trustedRoot }) => {
    const json = trustedRoot === undefined ? undefined : readTrustedRoot(trustedRoot);
    const description = describeTrustRoot(json);
    return Promise.resolve({ text: render(description, trustedRoot), json: description });
  });
}

function render(root: TrustRootDescription, path: string | undefined): string {
  const { date = '' } = root;
  return [
    path ?? `sigstore's public-good root inside this package, from ${date}`,
    ...section('certificate authorities', root.certificateAuthorities),
    ...section('certificate logs', root.certificateLogs),
    ...section('transparency logs', root.transparencyLogs),
    ...section('timestamp authorities', root.timestampAuthorities),
  ].join('\n');
}

function section(title: string, parties: readonly TrustedParty[]): string[] {
  if (parties.length === 0) return [`${title}: none`];
  return [
    `${title}:`,
    ...parties.map(
      ({ name, sha256, from = 'always', until }) =>
        `  ${name} sha256:${sha256} from ${from}${until === undefined ? '' : ` until ${until}`}`,
    ),
  ];
}

const EXAMPLES = `
Examples:
  $ kongcrate trust-root show
  $ kongcrate trust-root show --trusted-root trusted-root.json --json`;
