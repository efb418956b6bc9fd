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
    const words: CompletionWords = program.commands.map((sub) => ({
      name: sub.name(),
      summary: sub.summary(),
      flags: [...sub.options.flatMap(({ long, short }) => [long, short]), '--help'].filter(
        (flag) => flag !== undefined,
      ),
    }));
    const script = renderCompletion(shell as Shell, words);
    return { text: script, json: { shell, script } };
  });
}

const EXAMPLES = `
Examples:
  $ source <(kongcrate completion bash)
  $ kongcrate completion zsh > "\${fpath[1]}/_kongcrate"
  $ kongcrate completion fish > ~/.config/fish/completions/kongcrate.fish`;
