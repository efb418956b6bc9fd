import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { checkServerIdentity, TLSSocket, type ConnectionOptions } from 'node:tls';
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'https-proxy-agent';
import { KongcrateError } from '../errors/kongcrate-error.ts';

type ConnectTarget = Parameters<HttpsProxyAgent<string>['connect']>[1];

interface ConnectAnswer {
  readonly statusCode: number;
}

export interface TunnelOptions {
  /** How to reach the proxy, and how many tunnels may be open to one host. */
  readonly proxy: HttpsProxyAgentOptions<string>;
  /** TLS with the target, inside the tunnel. */
  readonly target: ConnectionOptions;
}

/** Reaches https hosts through a proxy that is trusted with nothing but moving bytes. */
export class TunnelAgent extends HttpsProxyAgent<string> {
  constructor(proxy: URL, options: TunnelOptions) {
    super(proxy, options.proxy);
    Object.assign(this.options, options.target);
  }

  override async connect(request: ClientRequest, target: ConnectTarget): Promise<Socket> {
    let status = 0;
    request.once('proxyConnect', (answer: ConnectAnswer) => {
      status = answer.statusCode;
    });
    const host = target.host ?? '';
    const socket = await super.connect(request, {
      ...target,
      // For an IP address Node.js would compare the certificate with the name of the proxy.
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    } as ConnectTarget);
    // A refused CONNECT would be read as the answer of the https host (FalseCONNECT, VU#905344).
    if (socket instanceof TLSSocket) return socket;
    throw tunnelRefused(this.proxy, status);
  }
}

function tunnelRefused(proxy: URL, status: number): KongcrateError {
  const needsLogin = status === 407;
  return new KongcrateError(
    'NETWORK_FAILED',
    `the proxy ${proxy.host} refused the connection with status ${status}`,
    {
      remedy: needsLogin
        ? 'Put user name and password into the proxy variable: http://USER:PASSWORD@HOST:PORT.'
        : 'Check HTTPS_PROXY; NO_PROXY names the hosts that are reached without the proxy.',
      details: { kind: 'PROXY', status },
    },
  );
}
