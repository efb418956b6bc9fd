import type { Command } from 'commander';
import { logout } from '../../workflows/logout.ts';
import { setAction } from '../action.ts';
import { addConfigOption, placesOf } from '../connection-options.ts';
import type { Context } from '../context.ts';

export function configure(command: Command, context: Context): void {
  command.argument('<host>', 'the registry: HOST or HOST:PORT');
  addConfigOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<{ readonly registryConfig?: string }>(
    command,
    context,
    async ([host = ''], flags, call) => {
      const done = await logout(host, {
        ...placesOf(flags, context),
        signal: context.signal,
      });
      if (done.remainsIn !== undefined)
        call.warn(`${done.remainsIn} still has a login for ${done.host}`);
      const text =
        done.removedFrom.length === 0
          ? `no login for ${done.host} was stored`
          : `logged out of ${done.host}: removed from ${done.removedFrom.join(', ')}`;
      return { text, json: done };
    },
  );
}

const EXAMPLES = `
Examples:
  $ kongcrate logout ghcr.io`;
