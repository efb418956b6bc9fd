import { digestOf } from '../reference/digest.ts';

/** RFC 1123: what may name a volume, a container, a ConfigMap. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/**
 * A name for what belongs to a plugin in a cluster. It is the same for every version, so that a new
 * one takes the place of the old one, and no two plugins share one.
 * @param part what of the plugin is named, where it has several such things
 */
export function resourceName(plugin: string, part?: string): string {
  const whole = `kong-plugin-${plugin}`;
  if (part === undefined && LABEL.test(whole) && whole.length <= MAX_LENGTH) return whole;
  const hash = digestOf(Buffer.from(`${plugin}/${part ?? ''}`)).slice(-HASH_LENGTH);
  const start = whole
    .toLowerCase()
    .replaceAll('_', '-')
    .slice(0, MAX_LENGTH - HASH_LENGTH - 1);
  return `${start}-${hash}`;
}
