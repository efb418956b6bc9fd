import { KongcrateError } from '../errors/kongcrate-error.ts';
import { createSend, type TransportOptions } from '../http/create-send.ts';
import { isLoopbackHost } from '../http/guard-address.ts';
import { redactUrl } from '../http/redact.ts';
import { withRetries, type RetryOptions } from '../http/with-retries.ts';
import type { Witness } from '../signing/witness.ts';
import type { ServicePlace } from './ask-service.ts';
import type { SigningServices } from './read-signing-config.ts';
import { createRekorV1 } from './rekor-v1.ts';
import { createRekorV2 } from './rekor-v2.ts';
import { createTimestampAuthority } from './timestamp-authority.ts';

/** How services are reached: as every host that the user names, without any registry's login. */
export type ServiceConnection = Pick<
  TransportOptions,
  'caCertificates' | 'proxyFor' | 'log' | 'lookup' | 'timeouts'
> & { readonly retries?: RetryOptions };

/** Services that can be asked. */
export interface OpenedServices {
  readonly fulcio?: ServicePlace;
  /** Timestamp authorities before logs: what a log has seen it never forgets. */
  readonly witnesses: readonly Witness[];
}

/**
 * Opens the way to each service. Nothing is sent yet.
 * @throws KongcrateError USAGE where an identity token would go over an open line
 */
export function openServices(
  { fulcio, logs, timestampAuthorities }: SigningServices,
  connection: ServiceConnection,
): OpenedServices {
  const open = (url: URL): ServicePlace => openPlace(url, connection);
  if (fulcio) refuseOpenLine(fulcio);
  return {
    ...(fulcio ? { fulcio: open(fulcio) } : {}),
    witnesses: [
      ...timestampAuthorities.map((url) => createTimestampAuthority(open(url))),
      ...logs.map(({ url, version }) =>
        version === 1 ? createRekorV1(open(url)) : createRekorV2(open(url)),
      ),
    ],
  };
}

/** Opens the way to one service. Nothing is sent yet. */
export function openPlace(url: URL, { retries, ...connection }: ServiceConnection): ServicePlace {
  const transport = createSend({ ...connection, allowLoopback: isLoopbackHost(url.hostname) });
  return { url, send: withRetries(transport.send, { ...retries, log: connection.log }) };
}

/**
 * Refuses an address for which anybody on the way could read an identity token, or what gets one.
 * @throws KongcrateError USAGE
 */
export function refuseOpenLine(url: URL): void {
  const isHttp = url.protocol === 'http:' && isLoopbackHost(url.hostname);
  if (url.protocol === 'https:' || isHttp) return;
  const what = `an identity token would go over an open line to ${redactUrl(url)}`;
  throw new KongcrateError('USAGE', what, { remedy: 'Give an address with https.' });
}
