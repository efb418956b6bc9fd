/** A tag that is a full version: `1.2.3` or `v1.2.3`, with an optional pre-release or build. */
const FULL_VERSION = /^v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/;

/**
 * The version that a tag promises, without its leading `v`; undefined for floating tags such as
 * `latest`, `1` or `1.2`.
 */
export function fullVersionOfTag(tag: string): string | undefined {
  return FULL_VERSION.exec(tag)?.[1];
}
