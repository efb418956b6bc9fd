import { Command, CommanderError } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { COMMANDS, HELP_GROUP, type CommandEntry } from './command-table.ts';
import type { Context, Surroundings } from './context.ts';
import { formatHelpItem } from './format-help-item.ts';
import { normalizeArguments } from './normalize-arguments.ts';
import { asKongcrateError, renderErrorJson, renderErrorText } from './print-error.ts';
import { VERSION } from './version.ts';

/**
 * Runs one command line. Only the named command's file is loaded.
 * @param given without the interpreter and the script
 * @returns the exit status
 */
export async function runCommandLine(
  given: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  const { environment, stdout, stderr, signal } = surroundings;
  const context: Context = {
    ...{ environment, stdout, stderr, signal, setExitCode },
    get stdin() {
      return surroundings.stdin;
    },
  };
  const args = normalizeArguments(given);
  const command = COMMANDS.find(({ name }) => name === args[0]);
  try {
    const program = await createProgram(context, command ? [command] : []);
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const isUsage = thrown instanceof CommanderError;
    const error = isUsage ? usage(thrown, command?.name) : asKongcrateError(thrown);
    const json = given.includes('--json');
    context.stderr.write(
      json ? renderErrorJson(error) : renderErrorText(error, given.includes('--verbose')),
    );
    return error.exitCode;
  }
}

/**
 * Builds the program with the given commands; without one it knows all of them, but no more than
 * their summaries.
 */
export async function createProgram(
  context: Context,
  loaded: readonly CommandEntry[],
): Promise<Command> {
  const program = new Command('kongcrate')
    .description('Ships Kong Gateway plugins as signed OCI artifacts.')
    .usage('<command> [arguments] [flags]')
    .version(VERSION, '-V, --version', 'print the version')
    .enablePositionalOptions()
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
      getOutHelpWidth: () => helpWidth(context),
    })
    .configureHelp({ minWidthToWrap: 20, formatItem: formatHelpItem })
    .exitOverride()
    .addHelpText('after', FOOTER);
  for (const entry of loaded.length > 0 ? loaded : COMMANDS) {
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

/** As wide as COLUMNS says, else as the terminal is. */
function helpWidth({ environment, stdout }: Context): number {
  const columns = Number(environment['COLUMNS']);
  return Number.isSafeInteger(columns) && columns > 0 ? columns : (stdout.columns ?? 80);
}

const FOOTER = `
Start here:
  $ kongcrate quickstart      the whole flow, in a temporary directory
  $ kongcrate help publish    one command with its flags and examples`;

function usage(error: CommanderError, command: string | undefined): KongcrateError {
  // Commander puts what it would suggest on a line of its own.
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const see = command === undefined ? 'See kongcrate help.' : `See kongcrate help ${command}.`;
  const remedy = suggestion === undefined ? see : `${suggestion.slice(1, -1)} ${see}`;
  return new KongcrateError('USAGE', message, { remedy, cause: error });
}
