import { COMMANDS } from './command-table.ts';

/** Flags that every command has, and that may therefore stand before its name. */
const OUTPUT_FLAGS = new Set(['--json', '-q', '--quiet', '--verbose', '--no-progress']);

/**
 * Brings the ways to type one thing into one: the command first, then its flags; `help COMMAND` as
 * `COMMAND --help`. An unknown command is left alone, so that its name is what gets reported.
 */
export function normalizeArguments(args: readonly string[]): readonly string[] {
  const start = args.findIndex((arg) => !OUTPUT_FLAGS.has(arg));
  const [name, ...rest] = start < 0 ? [] : args.slice(start);
  if (name === undefined) return ['--help'];
  if (name === 'help') return helpArguments(rest.find((arg) => !arg.startsWith('-')));
  if (name.startsWith('-')) return [name, ...rest];
  const command = commandOf(name);
  return command === undefined ? [name] : [command, ...args.slice(0, start), ...rest];
}

function helpArguments(name: string | undefined): readonly string[] {
  if (name === undefined || name === 'help') return ['--help'];
  const command = commandOf(name);
  return command === undefined ? [name] : [command, '--help'];
}

function commandOf(name: string): string | undefined {
  return COMMANDS.find((entry) => entry.name === name || entry.alias === name)?.name;
}
