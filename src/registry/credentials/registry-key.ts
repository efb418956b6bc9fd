/** The name that signatures, and kongcrate's own lists, use for Docker Hub. */
const HUB = 'index.docker.io';
const HUB_ALIASES: ReadonlySet<string> = new Set(['docker.io', HUB, 'registry-1.docker.io']);
/** What docker calls Docker Hub in its config.json and towards credential helpers. */
const HUB_ADDRESS = 'https://index.docker.io/v1/';

/**
 * One spelling for a registry's host: lower case, no default port, no zeros before a port, Docker
 * Hub's aliases as one.
 */
export function canonicalHost(host: string): string {
  const plain = host
    .toLowerCase()
    .replace(/:0+(?=\d)/, ':')
    .replace(/:443$/, '');
  return HUB_ALIASES.has(plain) ? HUB : plain;
}

/**
 * One spelling for a key of `auths` or `credHelpers`: `host` or `host/namespace`. docker also writes
 * `https://host`, `https://host/v1/` and `host/v2/`; podman writes paths. Nothing else is cut off,
 * so that a key never counts for more than it says.
 */
export function canonicalKey(key: string): string {
  const rest = key.replace(/^https?:\/\//i, '');
  const slash = rest.indexOf('/');
  if (slash < 0) return canonicalHost(rest);
  const path = rest.slice(slash);
  const host = canonicalHost(rest.slice(0, slash));
  const isApi =
    path === '/' || /^\/v[12]\/$/.test(path) || (rest !== key && /^\/v[12]$/.test(path));
  return isApi ? host : `${host}${path}`;
}

/**
 * The keys under which credentials may stand, the most specific first: `host/a/b`, `host/a`, `host`
 * (containers-auth.json(5)).
 */
export function keysFor(host: string, repository: string | undefined): readonly string[] {
  const parts = repository === undefined ? [] : repository.split('/');
  const paths = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
  return [...paths.map((path) => `${host}/${path}`), host];
}

/** What docker calls a registry in `auths` and towards credential helpers. */
export function serverAddress(host: string): string {
  return host === HUB ? HUB_ADDRESS : host;
}
