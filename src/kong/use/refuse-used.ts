import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { PluginUse } from './plugin-use.ts';

const MAX_SHOWN = 10;
const MAX_DETAILS = 1_000;

/**
 * Lets plugins pass of which every source says that nothing uses them: one that is in use but not
 * enabled has Kong drop every request, and call itself healthy (KONG.md 1.8).
 * @throws KongcrateError PLUGIN_IN_USE; IN_USE_UNKNOWN where a source gave no whole answer
 */
export function refuseUsed(names: readonly string[], use: PluginUse): void {
  if (use.entities.length > 0) throw inUse(use);
  if (use.unanswered.length === 0 && use.asked.length > 0) return;
  throw new KongcrateError(
    'IN_USE_UNKNOWN',
    `whether anything uses ${names.join(', ')} is not known: ${use.unanswered.join('; ')}`,
    {
      remedy:
        'Give --admin-url, with --admin-header where it wants credentials; or --assume-unused, if you know that nothing does. Kong drops every request while something uses a plugin that is not enabled.',
      details: { plugins: names, unanswered: use.unanswered },
    },
  );
}

function inUse({ entities }: PluginUse): KongcrateError {
  const names = [...new Set(entities.map(({ name }) => name))].sort();
  const lines = entities.map(({ name, scope, at, source }) => {
    const where = at.includes('://') ? at : `${source.shownAs}: ${at}`;
    return `${name} (${scope}) ${where}`;
  });
  const more = lines.length > MAX_SHOWN ? `, and ${lines.length - MAX_SHOWN} more` : '';
  const remedies = new Set(entities.map(({ source }) => source.remedy));
  return new KongcrateError(
    'PLUGIN_IN_USE',
    `${names.join(', ')} is in use: ${lines.slice(0, MAX_SHOWN).join(', ')}${more}`,
    {
      remedy: `${[...remedies].join(' ')} Then run the command again.`,
      details: { plugins: names, entities: lines.slice(0, MAX_DETAILS) },
    },
  );
}
