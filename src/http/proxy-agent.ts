import type { Agent, AgentOptions } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { TunnelAgent } from './tunnel-agent.ts';

export interface ProxyRoute {
  readonly proxy: URL;
  /** How to reach the proxy, and how many connections may be open to one host. */
  readonly toProxy: AgentOptions & ConnectionOptions & { readonly signal?: AbortSignal };
  /** TLS with the target, through a tunnel; without it the proxy reads what is asked. */
  readonly tls?: ConnectionOptions | undefined;
}

/** The agent for one proxy. This file is loaded only where there is a proxy. */
export function createProxyAgent({ proxy, toProxy, tls }: ProxyRoute): Agent {
  return tls
    ? new TunnelAgent(proxy, { proxy: toProxy, target: tls })
    : new HttpProxyAgent(proxy, toProxy);
}
