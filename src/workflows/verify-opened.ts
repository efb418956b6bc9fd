import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import { MirroredStore } from '../content/mirrored-store.ts';
import { isPassing } from '../content/store-link.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import type { Verifier } from '../signing/verifier.ts';
import type { PinnedArtifact } from './open-store.ts';

interface Verifiable extends Pick<PinnedArtifact, 'signatures' | 'pinned'> {
  readonly store: ReadableStore;
}

/**
 * Verifies what was opened. Mirrors are asked alone first: what they hold may be enough, and the
 * registry may be away. They may lack signatures, or hold old ones, so that nothing is refused, and
 * nothing passes as unsigned, before the registry itself was asked.
 * @throws KongcrateError as the verifier does; where the registry cannot be asked, what it failed with
 */
export async function verifyOpened(
  verifier: Verifier,
  artifact: Verifiable,
  options: CallOptions,
): Promise<VerifiedSubject> {
  const { store, signatures, pinned } = artifact;
  const verify = (view: (store: ReadableStore) => ReadableStore): Promise<VerifiedSubject> =>
    verifier.verify(pinned, view(store), {
      ...options,
      signatures: signatures && { ...signatures, store: view(signatures.store) },
    });
  if (![store, signatures?.store].some((one) => one instanceof MirroredStore))
    return verify((one) => one);
  const nearby = await orRefusal(() => verify(nearbyOf));
  if ('trust' in nearby && nearby.trust.kind === 'signed') return nearby;
  try {
    return await verify(sourceOf);
  } catch (error) {
    throw unanswered(nearby, error, pinned.repository);
  }
}

const nearbyOf = (store: ReadableStore): ReadableStore =>
  store instanceof MirroredStore ? store.nearby : store;
const sourceOf = (store: ReadableStore): ReadableStore =>
  store instanceof MirroredStore ? store.source : store;

/** What the registry itself may make good is given back; wrong bytes are not of that kind. */
async function orRefusal(
  verify: () => Promise<VerifiedSubject>,
): Promise<VerifiedSubject | KongcrateError> {
  try {
    return await verify();
  } catch (error) {
    const isTrust = error instanceof KongcrateError && error.category === 'trust';
    if (isTrust || isPassing(error)) return error;
    throw error;
  }
}

/** "Not signed" is for what every place said: a registry that is away has said nothing. */
function unanswered(
  nearby: VerifiedSubject | KongcrateError,
  error: unknown,
  repository: string,
): unknown {
  const isRefusal = nearby instanceof KongcrateError && nearby.category === 'trust';
  if (!isPassing(error)) return error;
  if (error.code === 'NOT_FOUND') return isRefusal ? nearby : error;
  if (!isRefusal && nearby instanceof KongcrateError) return error;
  const said =
    isRefusal && nearby.code !== 'NO_SIGNATURE'
      ? `the signatures that mirrors hold are not enough (${messageOf(nearby)})`
      : 'no mirror holds a signature';
  return new KongcrateError(
    error.code,
    `${said}, and ${repository} itself could not be asked for one: ${error.message}`,
    {
      remedy: `Nothing says that it is unsigned: run the same command again when ${repository} answers, or bring its signatures to the mirror.`,
      details: error.details,
      cause: error,
    },
  );
}
