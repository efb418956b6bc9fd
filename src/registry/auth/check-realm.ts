import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { checkTarget } from '../../http/follow-redirects.ts';
import { redactText } from '../../http/redact.ts';

/** Registries whose own documentation or public behaviour names a token server on another host. */
const BUILT_IN_PAIRS: ReadonlyMap<string, string> = new Map([
  // distribution.github.io/distribution/spec/auth/token
  ['registry-1.docker.io', 'auth.docker.io'],
  // docs.gitlab.com/administration/packages/container_registry; devcontainers/cli pull request 1278
  ['registry.gitlab.com', 'gitlab.com'],
  // NVIDIA/nvidia-container-toolkit issue 1945; oras-project/oras-dotnet pull request 401
  ['nvcr.io', 'authn.nvidia.com'],
  // docs.digitalocean.com/products/container-registry; the realm is /v2/registry/auth of the API
  ['registry.digitalocean.com', 'api.digitalocean.com'],
]);

/**
 * Reads the realm of a Bearer challenge: the address of the token server. It must be an absolute
 * URL without userinfo, https where the registry is https, and no address that a registry may not
 * send anybody to (oras-go GHSA-xf85-363p-868w).
 * @throws KongcrateError REALM_REFUSED; `details.reason` is RELATIVE or one of `checkTarget`'s
 */
export function checkRealm(text: string, registry: URL): URL {
  if (!URL.canParse(text))
    throw refusal(registry, 'RELATIVE', `${JSON.stringify(redactText(text))} is no absolute URL`);
  const realm = new URL(text);
  try {
    checkTarget(realm, registry, registry);
  } catch (error) {
    if (!(error instanceof KongcrateError) || error.code !== 'REDIRECT_REFUSED') throw error;
    throw refusal(registry, String(error.details['reason']), error.message);
  }
  realm.hash = '';
  return realm;
}

/**
 * Whether credentials for a registry may go to a realm: the same host on any port, a built-in pair,
 * or a host that the user paired with this registry. Hosts compare whole, never by prefix or suffix.
 * @param trustedAuthHosts hosts as `--trust-auth-host` gives them, with a port if it is not 443
 */
export function mayReceiveCredentials(
  realm: URL,
  registry: URL,
  trustedAuthHosts: readonly string[],
): boolean {
  if (realm.hostname === registry.hostname) return true;
  const isDefaultPort = registry.port === '' && realm.port === '';
  if (isDefaultPort && BUILT_IN_PAIRS.get(registry.hostname) === realm.hostname) return true;
  return trustedAuthHosts.some((host) => host.toLowerCase() === realm.host);
}

/**
 * Refuses a realm that {@link mayReceiveCredentials} does not accept.
 * @throws KongcrateError REALM_REFUSED; `details` hold `registry` and `authHost`
 */
export function demandTrustedRealm(
  realm: URL,
  registry: URL,
  trustedAuthHosts: readonly string[],
): void {
  if (mayReceiveCredentials(realm, registry, trustedAuthHosts)) return;
  throw new KongcrateError(
    'REALM_REFUSED',
    `${registry.host} wants its credentials sent to another host, ${realm.host}; nothing was sent`,
    {
      remedy: `If that is where ${registry.host} checks logins, run kongcrate login ${registry.host} on a terminal, or add --trust-auth-host ${realm.host}.`,
      details: { reason: 'FOREIGN', registry: registry.host, authHost: realm.host },
    },
  );
}

function refusal(registry: URL, reason: string, why: string): KongcrateError {
  return new KongcrateError(
    'REALM_REFUSED',
    `the token server that ${registry.host} names is refused: ${why}`,
    {
      remedy: 'The registry is set up wrongly or is not to be trusted; ask who runs it.',
      details: { reason, registry: registry.host },
    },
  );
}
