import { Argument, type Command } from 'commander';
import { setAction } from '../action.ts';
import { COMMANDS } from '../command-table.ts';
import { renderCompletion, SHELLS, type CompletionWords, type Shell } from '../completion.ts';
import type { Context } from '../context.ts';
import { createProgram } from '../run-command-line.ts';

export function configure(command: Command, context: Context): void {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES);
  setAction(command, context, async ([shell = 'bash']) => {
    const program = await createProgram(context, COMMANDS);
    const words = wordsOf(program);
    const script = renderCompletion(shell as Shell, words);
    return { text: script, json: { shell, script } };
  });
}

function wordsOf({ commands }: Command): CompletionWords {
  const help = {
    name: 'help',
    summary: 'show help for a command',
    flags: [],
    argumentChoices: commands.map((sub) => sub.name()),
    flagChoices: [],
  };
  return [...commands.map(wordsOfCommand), help];
}

function wordsOfCommand(sub: Command): CompletionWords[number] {
  const visible = sub.options.filter(({ hidden }) => !hidden);
  return {
    name: sub.name(),
    summary: sub.summary(),
    flags: [...visible.flatMap(({ long, short }) => [long, short]), '--help'].filter(isText),
    argumentChoices: sub.registeredArguments[0]?.argChoices ?? [],
    flagChoices: visible.flatMap(({ long, argChoices: choices }) =>
      long && choices ? [{ flag: long, choices }] : [],
    ),
  };
}

const isText = (value: string | undefined): value is string => value !== undefined;

const EXAMPLES = `
Examples:
  $ source <(kongcrate completion bash)
  $ kongcrate completion zsh > "\${fpath[1]}/_kongcrate"
  $ kongcrate completion fish > ~/.config/fish/completions/kongcrate.fish`;
