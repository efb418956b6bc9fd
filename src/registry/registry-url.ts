import { isLoopbackHost } from '../http/guard-address.ts';

/** How a registry is reached. */
export interface SchemeOptions {
  /** true: plain HTTP; false: TLS; otherwise TLS, and plain HTTP on this machine. */
  readonly plainHttp?: boolean | undefined;
  /** TLS without checking certificates: TLS all the same. */
  readonly insecure?: boolean | undefined;
  readonly clientCertificate?: object | undefined;
}

/** Docker Hub signs and stores under one name, and answers requests under another. */
const HUB = 'index.docker.io';
const HUB_API = 'registry-1.docker.io';

/**
 * The origin of a registry, given as host and port. One on this machine is spoken to in plain
 * HTTP, as crane and docker do, unless something asks for TLS.
 */
export function registryUrl(host: string, options: SchemeOptions): URL {
  const url = new URL(`https://${host === HUB ? HUB_API : host}/`);
  const { plainHttp, insecure, clientCertificate } = options;
  const wantsTls = insecure === true || clientCertificate !== undefined;
  if (plainHttp ?? (isLoopbackHost(url.hostname) && !wantsTls)) return new URL(`http://${host}/`);
  return url;
}
