import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates, type ConnectionOptions } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { guardLookup } from './guard-address.ts';
import { redactUrl } from './redact.ts';
import { TunnelAgent } from './tunnel-agent.ts';

export interface PoolOptions {
  readonly insecure?: boolean;
  readonly caCertificates?: readonly string[];
  readonly clientCertificate?: ClientCertificate;
  readonly allowLoopback: boolean;
  readonly concurrency?: number;
  readonly lookup?: LookupFunction;
}

/** Both as PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Route {
  readonly url: URL;
  readonly proxy: URL | undefined;
  /**
   * Whether this is the registry that the user named: the client certificate, a credential too,
   * may be shown, and its name may resolve to this machine (/etc/hosts).
   */
  readonly mayAuthorize: boolean;
}

const DEFAULT_CONCURRENCY = 8;

/** Kept-alive connections: one agent for each scheme, proxy and use of the client certificate. */
export class ConnectionPools {
  readonly #options: PoolOptions;
  readonly #agents = new Map<string, HttpAgent>();
  readonly #closing = new AbortController();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** @throws KongcrateError USAGE for a proxy that is neither http nor https */
  agentFor(route: Route): HttpAgent {
    const { protocol } = route.url;
    const key = `${protocol} ${route.proxy?.href ?? 'direct'} ${String(route.mayAuthorize)}`;
    const agent = this.#agents.get(key) ?? this.#makeAgent(route);
    this.#agents.set(key, agent);
    return agent;
  }

  /** Ends every connection, busy or not. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#closing.abort();
  }

  #makeAgent({ url, proxy, mayAuthorize }: Route): HttpAgent {
    const { allowLoopback, concurrency = DEFAULT_CONCURRENCY } = this.#options;
    const { lookup = systemLookup } = this.#options;
    const pool = { keepAlive: true, maxSockets: concurrency };
    const isSecure = url.protocol === 'https:';
    const tls = isSecure ? this.#tlsOptions(mayAuthorize) : {};
    if (!proxy) {
      const guarded = guardLookup(lookup, allowLoopback || mayAuthorize);
      const direct = { ...pool, ...tls, lookup: guarded };
      return isSecure ? new HttpsAgent(direct) : new HttpAgent(direct);
    }
    if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') throw unsupported(proxy);
    // What a proxy agent connects by itself is in no pool until it is connected.
    const toProxy = { ...pool, ...this.#authorities(), signal: this.#closing.signal };
    return isSecure
      ? new TunnelAgent(proxy, { proxy: toProxy, target: tls })
      : new HttpProxyAgent(proxy, toProxy);
  }

  #tlsOptions(mayAuthorize: boolean): ConnectionOptions {
    const { clientCertificate, insecure } = this.#options;
    return {
      ...this.#authorities(),
      ...(insecure === true ? { rejectUnauthorized: false } : {}),
      ...(clientCertificate && mayAuthorize
        ? { cert: clientCertificate.certificate, key: clientCertificate.key }
        : {}),
    };
  }

  #authorities(): { ca?: string[] } {
    const { caCertificates = [] } = this.#options;
    return caCertificates.length === 0 ? {} : { ca: [...rootCertificates, ...caCertificates] };
  }
}

function unsupported(proxy: URL): KongcrateError {
  return new KongcrateError('USAGE', `the proxy ${redactUrl(proxy)} is neither http nor https`, {
    remedy: 'Set HTTPS_PROXY to an http:// or https:// proxy, or name the registry in NO_PROXY.',
  });
}
