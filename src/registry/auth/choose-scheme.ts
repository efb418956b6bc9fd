import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { checkRealm } from './check-realm.ts';
import { parseChallenges } from './parse-challenges.ts';

/** How a registry wants its requests authorized. */
export type Scheme =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service?: string | undefined };

/**
 * Chooses among the challenges of a WWW-Authenticate header: Bearer with a realm before Basic.
 * @throws KongcrateError AUTHENTICATION_FAILED if it offers neither, REALM_REFUSED
 */
export function chooseScheme(header: string, registry: URL): Scheme {
  const challenges = parseChallenges(header);
  const bearer = challenges.find((one) => one.scheme === 'bearer' && one.parameters.has('realm'));
  if (bearer !== undefined) {
    const realm = checkRealm(bearer.parameters.get('realm') ?? '', registry);
    return { kind: 'bearer', realm, service: bearer.parameters.get('service') };
  }
  if (challenges.some(({ scheme }) => scheme === 'basic')) return { kind: 'basic' };
  const offered = challenges.map(({ scheme }) => scheme).join(', ');
  throw new KongcrateError(
    'AUTHENTICATION_FAILED',
    `${registry.host} offers no way to log in that kongcrate knows: ${offered || 'nothing that can be read'}`,
    { remedy: 'Registries use Bearer or Basic; ask who runs this one, or what stands before it.' },
  );
}
