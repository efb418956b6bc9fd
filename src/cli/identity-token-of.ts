import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readSourceFile } from '../workflows/read-source-file.ts';
import type { Call } from './action.ts';

/**
 * Finds an identity token: the one that is given, or that of the environment.
 * @throws KongcrateError IDENTITY_TOKEN_INVALID, SOURCE_UNREADABLE
 */
export async function readIdentityTokenOf(
  { oidcToken }: { readonly oidcToken?: string },
  { context }: Call,
): Promise<string> {
  if (oidcToken === '-') return text(addAbortSignal(context.signal, context.stdin));
  if (oidcToken !== undefined) return readSourceFile(oidcToken).toString('utf8');
  const token = context.environment['SIGSTORE_ID_TOKEN'] ?? '';
  if (token !== '') return token;
  throw new KongcrateError('IDENTITY_TOKEN_INVALID', 'nobody says who is signing', {
    remedy: 'Sign with --key, or give an identity token: --oidc-token FILE, or SIGSTORE_ID_TOKEN.',
  });
}
