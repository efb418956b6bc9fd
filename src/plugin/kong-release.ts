import { KongcrateError } from '../errors/kongcrate-error.ts';
import { compareKongVersions } from './kong-version.ts';

/** A minor version of Kong Gateway, `X.Y`. */
export type KongRelease = `${number}.${number}`;

/** The release whose modules kongcrate knows by name; what is checked against unless told. */
export const KNOWN_RELEASE: KongRelease = '3.9';
const OLDEST: KongRelease = '2.8';

/**
 * Reads `X.Y`, with or without what follows, as the release a plugin is meant for.
 * @throws KongcrateError USAGE: no version, or one before 2.8, of which nothing is known
 */
export function readKongRelease(text: string): KongRelease {
  const [, major, minor] = /^([0-9]{1,3})\.([0-9]{1,3})(?:\.[0-9]{1,4}){0,2}$/.exec(text) ?? [];
  if (major !== undefined && minor !== undefined) {
    const release: KongRelease = `${Number(major)}.${Number(minor)}`;
    if (isAtLeast(release, OLDEST)) return release;
  }
  throw new KongcrateError('USAGE', `not a version of Kong from ${OLDEST} on: ${text}`, {
    remedy: `Give --kong-version X.Y, such as ${KNOWN_RELEASE}.`,
  });
}

export function isAtLeast(release: KongRelease, other: KongRelease): boolean {
  return (compareKongVersions(release, other) ?? 0) >= 0;
}
