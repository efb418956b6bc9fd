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
  const flag = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new KongcrateError('USAGE', `--${flag} says nothing about ${about}`, {
    remedy: 'Leave it out.',
  });
}
