import { Command, CommanderError } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { COMMANDS, HELP_GROUP, type CommandEntry } from './command-table.ts';
import type { Context, Surroundings } from './context.ts';
import { asKongcrateError, renderErrorJson, renderErrorText } from './print-error.ts';

/**
 * Runs one command line. Only the named command's file is loaded.
 * @param args without the interpreter and the script
 * @returns the exit status
 */
export async function runCommandLine(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  const context: Context = { ...surroundings, setExitCode };
  try {
    const program = await createProgram(context, namedCommands(args));
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const error = thrown instanceof CommanderError ? usage(thrown) : asKongcrateError(thrown);
    const json = args.includes('--json');
    context.stderr.write(
      json ? renderErrorJson(error) : renderErrorText(error, args.includes('--verbose')),
    );
    return error.exitCode;
  }
}

/** Builds the program; the given commands are loaded whole, the others know only their summary. */
export async function createProgram(
  context: Context,
  loaded: readonly CommandEntry[],
): Promise<Command> {
  const program = new Command('kongcrate')
    .description('Ships Kong Gateway plugins as signed OCI artifacts.')
    .usage('<command> [arguments] [flags]')
    .helpOption('-h, --help', 'show help')
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .helpGroup(HELP_GROUP)
        .summary('show help for a command'),
    )
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: () => undefined,
    })
    .exitOverride()
    .addHelpText('after', FOOTER);
  for (const entry of COMMANDS) {
    const command = program
      .command(entry.name)
      .helpGroup(entry.group)
      .summary(entry.summary)
      .description(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`)
      .copyInheritedSettings(program);
    if (loaded.includes(entry)) (await entry.load()).configure(command, context);
  }
  return program;
}

const FOOTER = `
Start here:
  $ kongcrate quickstart                    the whole flow, in a temporary directory
  $ kongcrate help publish                  one command with its flags and examples`;

function namedCommands(args: readonly string[]): readonly CommandEntry[] {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const name = words[0] === 'help' ? words[1] : words[0];
  return COMMANDS.filter((entry) => entry.name === name);
}

function usage(error: CommanderError): KongcrateError {
  return new KongcrateError('USAGE', error.message.replace(/^error: /, ''), {
    remedy: 'See kongcrate help, or kongcrate help COMMAND.',
    cause: error,
  });
}
