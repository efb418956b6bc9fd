import { createSend, type TransportOptions } from '../http/create-send.ts';
import { followRedirects } from '../http/follow-redirects.ts';
import { isLoopbackHost } from '../http/guard-address.ts';
import type { Send } from '../http/transport.ts';
import { withRetries, type RetryOptions } from '../http/with-retries.ts';
import { authorize } from './auth/authorize.ts';
import {
  hideCredentials,
  type Credentials,
  type CredentialSource,
} from './credentials/credentials.ts';
import { registryUrl } from './registry-url.ts';

/** What a registry is reached with, and as whom. */
export interface RegistryOptions extends Omit<TransportOptions, 'allowLoopback'> {
  /** Host and port as a reference names them; Docker Hub is `index.docker.io`. */
  readonly host: string;
  /** The repository that tokens are asked for; a login needs none. */
  readonly repository?: string;
  /**
   * true: plain HTTP; false: TLS. Without it TLS, but plain HTTP on this machine unless `insecure`
   * or a client certificate ask for TLS.
   */
  readonly plainHttp?: boolean;
  /** Where credentials come from; without it everything is asked for anonymously. */
  readonly credentials?: CredentialSource;
  /** Token servers on other hosts that may have the credentials of this registry. */
  readonly trustedAuthHosts?: readonly string[];
  readonly retries?: RetryOptions;
}

/** The way to one registry: every rule of the transport applies to what is sent here. */
export interface RegistrySend {
  /** The registry's origin. */
  readonly registry: URL;
  readonly send: Send;
  /** Cuts out of the registry's words the login that it was sent. */
  readonly hide: (text: string) => string;
  /** Ends the connections that were kept open. */
  readonly close: () => void;
}

/** Puts the layers together: retry(redirect(authorize(one hop))). Nothing is sent yet. */
export function createRegistrySend(options: RegistryOptions): RegistrySend {
  const registry = registryUrl(options.host, options);
  const allowLoopback = isLoopbackHost(registry.hostname);
  const transport = createSend({ ...options, allowLoopback });
  const { host, repository, trustedAuthHosts = [] } = options;
  const { credentials, hide } = rememberLogin(options.credentials ?? anonymous);
  const retries = { ...options.retries, log: options.log };
  const authorized = authorize(transport.send, {
    registry,
    host,
    repository,
    credentials,
    trustedAuthHosts,
    tokenSend: withRetries(transport.send, retries),
  });
  return {
    registry,
    send: withRetries(followRedirects(authorized, { registry }), retries),
    hide,
    close: () => {
      transport.close();
    },
  };
}

const anonymous: CredentialSource = () => Promise.resolve(undefined);

function rememberLogin(
  source: CredentialSource,
): Pick<RegistrySend, 'hide'> & { readonly credentials: CredentialSource } {
  let login: Credentials | undefined;
  return {
    credentials: async (host, repository) => (login = await source(host, repository)),
    hide: (text) => hideCredentials(text, login),
  };
}
