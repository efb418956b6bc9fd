import type { ContentStore } from '../content/content-store.ts';
import { MirroredStore } from '../content/mirrored-store.ts';
import type { LinkedStore } from '../content/store-link.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { parseReference, parseRepositoryName } from '../reference/reference.ts';
import { findRule, type FoundRule } from './mirrors/find-rule.ts';
import type { MirrorPlace, Mirrors } from './mirrors/mirror-rule.ts';
import { openRepository, type RegistryAccess } from './open-repository.ts';
import { openStore, type OpenedReference, type OpenOptions } from './open-store.ts';

/**
 * Opens a reference that is only read: what is in a registry comes from its mirrors, if it has any,
 * then from the registry. Its name stays the logical one. Nothing is sent yet.
 * @throws KongcrateError MIRRORS_INVALID, REFERENCE_INVALID, REGISTRY_BLOCKED, USAGE
 */
export async function openForReading(text: string, options: OpenOptions): Promise<OpenedReference> {
  const opened = await openStore(text, options);
  if (!options.mirrors || parseReference(text).kind !== 'registry') return opened;
  const { store, signatures, repository, digest } = opened;
  const read = { ...options, isByDigest: digest !== undefined };
  return {
    ...opened,
    store: await withMirrors(store, repository, read),
    ...(signatures && {
      signatures: {
        ...signatures,
        store: await withMirrors(signatures.store, signatures.repository, read),
      },
    }),
  };
}

/** @param direct what the name says, without any rule */
async function withMirrors(
  direct: ContentStore,
  repository: string,
  { mirrors, registry = {}, isByDigest }: OpenOptions & { readonly isByDigest: boolean },
): Promise<ContentStore> {
  const found = mirrors && findRule(mirrors, repository);
  if (!mirrors || !found) return direct;
  const { location } = found.rule;
  const moved = location === undefined ? undefined : nameAt(location, found);
  const store = moved === undefined ? direct : await openMoved(moved, registry);
  const [first, ...others] = await openMirrors(found, registry, isByDigest);
  const near = first ? [first.name, ...others.map(({ name }) => name)] : [];
  tell([...near, ...(moved === undefined ? [] : [moved])], { mirrors, found, repository });
  if (!first) return store;
  return new MirroredStore({
    mirrors: [first, ...others],
    source: { name: moved ?? repository, store, hasTags: true },
    onNote: mirrors.onNote,
  });
}

interface Told {
  readonly mirrors: Mirrors;
  readonly found: FoundRule;
  readonly repository: string;
}

/** Nobody sees it on the command line, so that it is said. */
function tell(places: readonly string[], { mirrors, found, repository }: Told): void {
  const { origin, hasInsecure } = found.rule;
  if (places.length === 0) return;
  mirrors.onNote?.(`${repository} is read from ${places.join(', ')} (${origin})`);
  if (hasInsecure)
    mirrors.onWarning?.(
      `${origin} says insecure, which is not taken over: certificates are checked`,
    );
}

async function openMirrors(
  found: FoundRule,
  registry: RegistryAccess,
  isByDigest: boolean,
): Promise<LinkedStore[]> {
  // Whoever comes after it is the second try.
  const access = { ...registry, retries: { ...registry.retries, tries: 1 } };
  const isMeant = ({ reads }: MirrorPlace): boolean => !isByDigest || reads !== 'tag-only';
  return Promise.all(
    found.rule.mirrors.filter(isMeant).map(async ({ location, plainHttp, reads }) => {
      const name = nameAt(location, found);
      const store = await openMoved(name, access, plainHttp);
      return { name, store, hasTags: reads !== 'digest-only', namedBy: found.rule.origin };
    }),
  );
}

/** The repository that a location stands for. */
function nameAt(location: string, { rule, rest }: FoundRule): string {
  const name = `${location}${rest}`;
  // A name without a path would be one of Docker Hub's.
  if (name.includes('/')) return parseRepositoryName(name);
  throw new KongcrateError('MIRRORS_INVALID', `${rule.origin}: ${name} is no repository`, {
    remedy: `What follows ${rule.prefix} in a name is added to the location: give it a path.`,
  });
}

/**
 * Opens what a file put in the place of what was asked for. Nothing that was said of the registry
 * itself holds for it: neither the waivers of TLS nor the client's certificate; a login is looked
 * up by its own name.
 */
function openMoved(
  name: string,
  access: RegistryAccess,
  plainHttp?: boolean,
): Promise<ContentStore> {
  const own: { -readonly [Key in keyof RegistryAccess]: RegistryAccess[Key] } = { ...access };
  delete own.plainHttp;
  delete own.insecure;
  delete own.clientCertificate;
  if (plainHttp !== undefined) own.plainHttp = plainHttp;
  return openRepository(name, own);
}
