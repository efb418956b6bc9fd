import type { Command } from 'commander';
import { rollbackPlugins, type RollbackOutcome } from '../../workflows/rollback-plugins.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addTrustOptions, DEFAULT_LUA_ROOT, type TrustFlags } from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends Omit<TrustFlags, 'plugin'> {
  readonly luaRoot: string;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('[name]', 'one plugin; without it the whole previous generation')
    .option('--lua-root <dir>', 'Lua package root', DEFAULT_LUA_ROOT)
    .option('--dry-run', 'verify and show, change nothing');
  addTrustOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([name], flags, call) => {
    const { keys, threshold } = trustOf(flags, context);
    const outcome = await rollbackPlugins({
      root: { luaRoot: flags.luaRoot },
      ...(keys ? { keys } : {}),
      ...(threshold === undefined ? {} : { threshold }),
      ...(name === undefined ? {} : { name }),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...call.calls,
    });
    if (outcome.notCleanedUp !== undefined) call.warn(outcome.notCleanedUp);
    call.note(flags.dryRun ? 'dry run: nothing was changed' : 'then: kong reload');
    return { text: render(outcome), json: outcome };
  });
}

function render(outcome: RollbackOutcome): string {
  return outcome.plugins
    .map(({ name, state, version, digest }) =>
      state === 'removed' ? `removed ${name}` : `restored ${name} ${version ?? ''} ${digest ?? ''}`,
    )
    .join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate rollback                 everything as before the last change
  $ kongcrate rollback my-plugin

What comes back is verified again, by the keys recorded when it was installed.`;
