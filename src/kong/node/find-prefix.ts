import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { KongPlace } from '../read-kong-settings.ts';
import { readConfiguredSettings } from './read-settings.ts';

const DEFAULT_PREFIX = '/usr/local/kong';

/** The prefix that Kong's own commands would take: by `KONG_PREFIX`, else by kong.conf. */
export function findPrefix(place: Omit<KongPlace, 'prefix'>): string {
  const named = place.environment['KONG_PREFIX'] ?? configuredPrefix(place);
  return named === undefined || named === '' ? DEFAULT_PREFIX : named;
}

/** Whatever needs the file says so by itself. */
function configuredPrefix(place: Omit<KongPlace, 'prefix'>): string | undefined {
  try {
    return readConfiguredSettings(place).get('prefix');
  } catch (error) {
    if (error instanceof KongcrateError) return undefined;
    throw error;
  }
}
