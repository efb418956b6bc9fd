import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';

const MAX_WORDS = 200;

/** The code and the description with which a provider refuses (RFC 6749, 4.1.2.1 and 5.2). */
interface Refusal {
  readonly error: string;
  readonly error_description?: string | undefined;
}

/**
 * Turns what an OpenID client throws into an error of ours. No cause is kept: causes hold answers,
 * and answers hold tokens.
 */
export function providerFailure(issuer: URL, thrown: unknown): KongcrateError {
  const own = findOwn(thrown);
  if (own) return own;
  if (isRefusal(thrown)) {
    const { error, error_description: description = '' } = thrown;
    const words = redactText(`${error} ${description}`).slice(0, MAX_WORDS);
    const message = `${issuer.href} gives no identity token: ${words}`;
    return new KongcrateError('IDENTITY_TOKEN_INVALID', message, {
      remedy: 'Nothing was pushed. Run the command again and log in, or sign with --key.',
    });
  }
  const message = `${issuer.href} gave an answer of no use: ${wordsOf(thrown)}`;
  return new KongcrateError('SIGNING_SERVICE_ERROR', message, {
    remedy: 'Nothing was pushed. Check that --oidc-issuer is the address of an OpenID provider.',
  });
}

/** The client names what was wrong in its first cause, without the value; there it ends. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'it cannot be read';
  const { cause } = thrown;
  if (cause instanceof Response) return `it answered ${cause.status}`;
  return redactText(cause instanceof Error ? cause.message : thrown.message);
}

/** The transport's errors, and the one of the time that is over, pass through the client as causes. */
function findOwn(thrown: unknown): KongcrateError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if (error instanceof KongcrateError) return error;
  return undefined;
}

function isRefusal(thrown: unknown): thrown is Refusal {
  return thrown instanceof Error && 'error' in thrown && typeof thrown.error === 'string';
}
