import { Option, type Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';

export interface IdentityFlags {
  readonly oidcToken?: string;
  readonly fulcioAuthFlow?: 'normal' | 'device' | 'token';
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
}

/** Where the token comes from that says who signs; cosign's words where it has some. */
export function addIdentityOptions(command: Command): void {
  command
    .option('--oidc-token <file>', 'identity token: FILE, or - for standard input')
    .addOption(
      new Option(
        '--fulcio-auth-flow <flow>',
        'log in with a browser here (normal), or on any device; token: never ask',
      ).choices(['normal', 'device', 'token']),
    )
    .option('--oidc-issuer <url>', "OpenID provider to log in at (sigstore's)")
    .option('--oidc-client-id <id>', 'whom the identity token is for (sigstore)');
}

/** Whether somebody is to log in, whatever the environment holds. */
export function asksForLogin({ fulcioAuthFlow, oidcIssuer }: IdentityFlags): boolean {
  return fulcioAuthFlow === 'token' ? false : (fulcioAuthFlow ?? oidcIssuer) !== undefined;
}

/**
 * Refuses flags that would do nothing.
 * @throws KongcrateError USAGE
 */
export function checkIdentityFlags(flags: IdentityFlags & { readonly key?: string }): void {
  const { key, oidcToken, fulcioAuthFlow, oidcIssuer, oidcClientId } = flags;
  const given = Object.entries({
    '--oidc-token': oidcToken,
    '--fulcio-auth-flow': fulcioAuthFlow,
    '--oidc-issuer': oidcIssuer,
    '--oidc-client-id': oidcClientId,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (key !== undefined && given.length > 0)
    throw new KongcrateError('USAGE', `with --key nobody needs ${given.join(', ')}`, {
      remedy: 'Sign with the key, or leave --key out.',
    });
  const hasToken = oidcToken !== undefined || fulcioAuthFlow === 'token';
  if (hasToken && (asksForLogin(flags) || oidcIssuer !== undefined))
    throw new KongcrateError('USAGE', `${given.join(' and ')} contradict one another`, {
      remedy: 'Give a token, or say where to log in.',
    });
}
