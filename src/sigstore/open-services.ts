import { KongcrateError } from '../errors/kongcrate-error.ts';
import { createSend, type TransportOptions } from '../http/create-send.ts';
import { isLoopbackHost } from '../http/guard-address.ts';
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

function openPlace(url: URL, { retries, ...connection }: ServiceConnection): ServicePlace {
  const transport = createSend({ ...connection, allowLoopback: isLoopbackHost(url.hostname) });
  return { url, send: withRetries(transport.send, { ...retries, log: connection.log }) };
}

function refuseOpenLine(url: URL): void {
  if (url.protocol === 'https:' || isLoopbackHost(url.hostname)) return;
  throw new KongcrateError('USAGE', `${url.href} would get the identity token over an open line`, {
    remedy: 'Give the https address of Fulcio.',
  });
}
