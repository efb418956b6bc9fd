import type { OpenOptions } from '../workflows/open-store.ts';
import type { Call } from './action.ts';
import { placesOf } from './connection-options.ts';
import { registryOf } from './given-credentials.ts';
import { configurationOf, type PolicyFlags } from './policy-options.ts';

/**
 * Where registries are mirrored, by the configuration and containers' registries.conf. Files are
 * read only where a reference names a registry.
 * @throws KongcrateError POLICY_INVALID, MIRRORS_INVALID, SOURCE_UNREADABLE
 */
export async function mirrorsOf(
  flags: Pick<PolicyFlags, 'config'>,
  references: readonly string[],
  { context, note, warn }: Pick<Call, 'context' | 'note' | 'warn'>,
): Promise<Pick<OpenOptions, 'mirrors'>> {
  if (references.flatMap(registryOf).length === 0) return {};
  const { readMirrors } = await import('../workflows/mirrors/read-mirrors.ts');
  const { environment, home } = placesOf({}, context);
  const configuration = configurationOf(flags);
  const told = { onNote: note, onWarning: warn };
  return { mirrors: await readMirrors({ configuration, environment, home, ...told }) };
}
