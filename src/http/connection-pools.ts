import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates, type ConnectionOptions } from 'node:tls';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { guardLookup } from './guard-address.ts';
import type { createProxyAgent, ProxyRoute } from './proxy-agent.ts';
import { redactUrl } from './redact.ts';

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

/** A proxy, and what makes agents for one: that is loaded only where there is one. */
export interface Proxy {
  readonly url: URL;
  readonly createAgent: typeof createProxyAgent;
}

export interface Route {
  readonly url: URL;
  readonly proxy: Proxy | undefined;
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
  agentFor({ url, proxy, mayAuthorize }: Route): HttpAgent {
    const key = `${url.protocol} ${proxy?.url.href ?? 'direct'} ${String(mayAuthorize)}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const tls = url.protocol === 'https:' ? this.#tlsOptions(mayAuthorize) : undefined;
    const agent = proxy
      ? proxy.createAgent({ proxy: proxy.url, toProxy: this.#proxyOptions(proxy.url), tls })
      : this.#directAgent(mayAuthorize, tls);
    this.#agents.set(key, agent);
    return agent;
  }

  /** Ends every connection, busy or not. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#closing.abort();
  }

  #directAgent(mayAuthorize: boolean, tls: ConnectionOptions | undefined): HttpAgent {
    const { allowLoopback, lookup = systemLookup } = this.#options;
    const guarded = guardLookup(lookup, allowLoopback || mayAuthorize);
    const direct = { ...this.#poolOptions(), ...tls, lookup: guarded };
    return tls ? new HttpsAgent(direct) : new HttpAgent(direct);
  }

  #proxyOptions(proxy: URL): ProxyRoute['toProxy'] {
    if (!['http:', 'https:'].includes(proxy.protocol)) throw unsupported(proxy);
    // What a proxy agent connects by itself is in no pool until it is connected.
    return { ...this.#poolOptions(), ...this.#authorities(), signal: this.#closing.signal };
  }

  #poolOptions(): { readonly keepAlive: true; readonly maxSockets: number } {
    return { keepAlive: true, maxSockets: this.#options.concurrency ?? DEFAULT_CONCURRENCY };
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
