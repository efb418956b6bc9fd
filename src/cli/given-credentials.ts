import { KongcrateError } from '../errors/kongcrate-error.ts';
import { parseReference } from '../reference/reference.ts';
import type { GivenCredentials } from '../registry/credentials/read-credentials.ts';
import { readLogin } from './ask-login.ts';
import type { Context } from './context.ts';

export interface CredentialFlags {
  readonly registryUsername?: string;
  readonly passwordStdin?: true;
  readonly registryToken?: string;
}

/**
 * The login on the command line, bound to the one registry that the references name: no other
 * registry of the same call gets to see it. Undefined where there is none.
 * @throws KongcrateError USAGE, INTERRUPTED
 */
export async function givenCredentials(
  flags: CredentialFlags,
  context: Context,
  references: readonly string[],
): Promise<GivenCredentials | undefined> {
  const { registryUsername, passwordStdin, registryToken: token } = flags;
  const hasLogin = registryUsername !== undefined || passwordStdin === true;
  if (!hasLogin && token === undefined) return undefined;
  if (hasLogin && token !== undefined)
    throw new KongcrateError('USAGE', 'a registry token and a user name were given', {
      remedy: 'Give --registry-token, or --registry-username with --password-stdin.',
    });
  const host = onlyRegistryOf(references);
  if (token !== undefined) return { host, token };
  const named = { username: registryUsername, passwordStdin };
  return { host, ...(await readLogin(named, context, '--registry-username')) };
}

function onlyRegistryOf(references: readonly string[]): string {
  const [host, ...others] = new Set(references.flatMap(registryOf));
  if (host === undefined)
    throw new KongcrateError('USAGE', `${references.join(' ')} names no registry to log in to`, {
      remedy: 'Leave the user name or the token out: files and layouts need none.',
    });
  if (others.length === 0) return host;
  throw new KongcrateError('USAGE', `one login for ${[host, ...others].join(' and ')}`, {
    remedy: 'Run kongcrate login for each of them, or one command for each registry.',
  });
}

/** The registry that a text names, if any: what is no reference is told by whoever opens it. */
export function registryOf(text: string): readonly string[] {
  try {
    const reference = parseReference(text);
    return reference.kind === 'registry' ? [reference.host] : [];
  } catch (error) {
    if (error instanceof KongcrateError) return [];
    throw error;
  }
}
