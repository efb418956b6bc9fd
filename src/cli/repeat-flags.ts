import { Command } from 'commander';
import { addPlaceOptions } from './place-options.ts';
import { addTrustOptions } from './shared-options.ts';

/** What no command line that is printed may hold, or would ask for nothing. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'registryUsername',
  'passwordStdin',
  'registryToken',
]);

/**
 * The flags of a call that say whom to trust and how to get there, as words for another command
 * line with them. Credentials are left out.
 */
export function repeatFlags(command: Command): readonly string[] {
  const shared = new Command();
  addTrustOptions(shared);
  addPlaceOptions(shared);
  shared.option('--allow-unsigned');
  return shared.options.flatMap((option) => {
    const key = option.attributeName();
    if (LEFT_OUT.has(key) || option.long === undefined) return [];
    return wordsOf(option.long, command.getOptionValue(key));
  });
}

function wordsOf(flag: string, value: unknown): readonly string[] {
  if (value === true) return [flag];
  if (typeof value === 'string' || typeof value === 'number') return [flag, `${value}`];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => wordsOf(flag, one));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, text]) => wordsOf(flag, `${name}=${text}`));
  return [];
}
