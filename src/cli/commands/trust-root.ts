import { Argument, type Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { showTrustRoot } from '../../workflows/trust-root/show-trust-root.ts';
import { readSourceFile } from '../../workflows/read-source-file.ts';
import { setAction, type Call, type CommandResult } from '../action.ts';
import { connectionOf } from '../connection-options.ts';
import type { Context } from '../context.ts';
import { renderTrustRoot, renderTrustRootUpdate } from '../print-trust-root.ts';
import { refuseStray } from '../refuse-stray.ts';
import { count } from '../shared-options.ts';

interface UpdateFlags {
  readonly output?: string;
  readonly mirror?: string;
  readonly root?: string;
  readonly caFile?: string;
  readonly retries?: number;
  readonly timeout?: number;
  readonly verbose?: true;
}

interface Flags extends UpdateFlags {
  readonly trustedRoot?: string;
}

const OUTPUT_FLAGS = ['json', 'quiet', 'verbose', 'progress'];
/** tuf-js's limit for a root. */
const MAX_ROOT_BYTES = 512_000;

export function configure(command: Command, context: Context): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['show', 'update']))
    .option('--trusted-root <file>', 'show: a file in place of the root inside this package')
    .option('-o, --output <file>', 'update: the file to write, or to bring up to date')
    .option('--mirror <url>', "update: TUF repository (that of the last update, or sigstore's)")
    .option('--root <file>', 'update: its first root.json to trust (the one inside this package)')
    .option('--ca-file <file>', 'update: PEM certificates to trust besides the usual ones')
    .option('--retries <n>', 'update: tries of a request (3)', count)
    .option('--timeout <seconds>', 'update: longest time for one request (60)', count)
    .addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([action], { trustedRoot, ...flags }, call) => {
    if (action === 'update') return update({ trustedRoot, ...flags }, call);
    refuseStray(flags, OUTPUT_FLAGS, 'trust-root show');
    const description = showTrustRoot(trustedRoot);
    return { text: renderTrustRoot(description, trustedRoot), json: description };
  });
}

async function update(
  {
    trustedRoot,
    output,
    mirror,
    root,
    ...flags
  }: UpdateFlags & { trustedRoot: string | undefined },
  call: Call,
): Promise<CommandResult> {
  if (trustedRoot !== undefined || output === undefined)
    throw new KongcrateError('USAGE', 'trust-root update needs the file to write', {
      remedy: 'Give --output FILE, and no --trusted-root; commands then take it by --trusted-root.',
    });
  const { retries, timeout } = flags;
  const { updateTrustRoot } = await import('../../workflows/trust-root/update-trust-root.ts');
  const updated = await updateTrustRoot({
    output,
    ...(mirror === undefined ? {} : { mirror }),
    ...(root === undefined ? {} : { root: readSourceFile(root, MAX_ROOT_BYTES) }),
    connection: {
      ...connectionOf(flags, call),
      ...(retries === undefined ? {} : { retries: { tries: retries } }),
      ...(timeout === undefined ? {} : { timeouts: { totalMs: timeout * 1000 } }),
    },
    signal: call.context.signal,
  });
  call.note(`no command uses it by itself: give --trusted-root ${output}, or name it in a policy`);
  return { text: renderTrustRootUpdate(updated), json: updated };
}

const EXAMPLES = `
Examples:
  $ kongcrate trust-root show
  $ kongcrate trust-root show --trusted-root trusted-root.json --json
  $ kongcrate trust-root update --output trusted-root.json
  $ kongcrate trust-root update -o trusted-root.json --mirror https://tuf.example --root root.json

update is the only command that asks anybody but the registry. What it has seen stands in
FILE.tuf.json: keep it with the file, so that an older root is refused the next time.
Exit 12: expired, older than what was seen, or not signed as it must be; FILE stays as it was.`;
