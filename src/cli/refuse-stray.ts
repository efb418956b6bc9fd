import { KongcrateError } from '../errors/kongcrate-error.ts';

/** What says whose signatures count, and how to print: fits whatever is judged. */
export const SIGNER_FLAGS: readonly string[] = [
  ...['key', 'threshold', 'annotation', 'json', 'quiet', 'verbose', 'progress'],
  ...['certificateIdentity', 'certificateIdentityRegexp'],
  ...['certificateOidcIssuer', 'certificateOidcIssuerRegexp', 'trustedRoot', 'insecureIgnoreTlog'],
  ...['Trigger', 'Sha', 'Name', 'Repository', 'Ref'].map(
    (claim) => `certificateGithubWorkflow${claim}`,
  ),
];

/**
 * Refuses flags of a command that have nothing to say about what it is asked to judge.
 * @throws KongcrateError USAGE
 */
export function refuseStray(flags: object, known: readonly string[], about: string): void {
  const stray = Object.keys(flags).find((flag) => !known.includes(flag));
  if (stray === undefined) return;
  throw new KongcrateError('USAGE', `${asTyped(stray)} says nothing about ${about}`, {
    remedy: 'Leave it out.',
  });
}

/**
 * Refuses some flags of a command where they are given.
 * @param about what they are about in place of what was asked for
 * @throws KongcrateError USAGE
 */
export function refuseGiven(
  flags: object,
  refused: readonly string[],
  { about, remedy }: { readonly about: string; readonly remedy: string },
): void {
  const given = new Map(Object.entries(flags));
  const stray = refused.find((flag) => given.get(flag) !== undefined);
  if (stray !== undefined)
    throw new KongcrateError('USAGE', `${asTyped(stray)} is about ${about}`, { remedy });
}

function asTyped(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
