/** A tag that is a full version: `1.2.3` or `v1.2.3`, with an optional pre-release or build. */
const FULL_VERSION = /^v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/;

/**
 * The version that a tag promises, without its leading `v`; undefined for floating tags such as
 * `latest`, `1` or `1.2`.
 */
export function fullVersionOfTag(tag: string): string | undefined {
  return FULL_VERSION.exec(tag)?.[1];
}

/** Whether a tag may stand for a version: a floating one for any, `1.2.3` and `v1.2.3` for 1.2.3. */
export function tagFits(tag: string | undefined, version: string): boolean {
  const promised = tag === undefined ? undefined : fullVersionOfTag(tag);
  return promised === undefined || promised === version.replace(/^v/, '');
}
