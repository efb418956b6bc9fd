import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { redactText } from './redact.ts';

interface Advice {
  /** Codes of node:tls, OpenSSL and libuv. */
  readonly errno: RegExp;
  readonly kind: NetworkFailure;
  readonly remedy: string;
}

/** `details.kind` of NETWORK_FAILED. A certificate or protocol problem does not go by waiting. */
export type NetworkFailure = 'CERTIFICATE' | 'PROTOCOL' | 'NAME' | 'CONNECTION';

const ADVICE: readonly Advice[] = [
  {
    errno: /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)/,
    kind: 'CERTIFICATE',
    remedy: 'The server may want a client certificate: give --cert-file and --key-file.',
  },
  {
    errno: /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/,
    kind: 'CERTIFICATE',
    remedy:
      'If the server uses a private authority, give its certificate with --ca-file; --insecure goes without any check.',
  },
  {
    errno: /^(?:EPROTO|ERR_SSL_.*)$/,
    kind: 'PROTOCOL',
    remedy: 'If the registry speaks plain HTTP, add --plain-http.',
  },
  {
    errno: /^(?:ENOTFOUND|EAI_.*)$/,
    kind: 'NAME',
    remedy: "Check the registry's name and this machine's name server.",
  },
];

const OTHERWISE = {
  kind: 'CONNECTION',
  remedy: 'Check the network and the proxy settings, then run the same command again.',
} as const;

/**
 * Makes a NETWORK_FAILED of what a socket, a name server or TLS threw; an error of kongcrate's own
 * passes as it is. No cause is kept: causes carry URLs and received bytes.
 * @param what the call, redacted, such as `GET https://host/v2/`
 */
export function networkError(thrown: unknown, what: string): KongcrateError {
  if (thrown instanceof KongcrateError) return thrown;
  const errno = errnoOf(thrown) ?? '';
  const { kind, remedy } = ADVICE.find((advice) => advice.errno.test(errno)) ?? OTHERWISE;
  return new KongcrateError('NETWORK_FAILED', `${what} failed: ${redactText(reasonOf(thrown))}`, {
    remedy,
    details: { kind, errno },
  });
}

/** Where every address of a host failed, Node.js gives an error without a text. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof AggregateError)) return messageOf(thrown);
  return thrown.errors.map((error) => messageOf(error)).join('; ');
}
