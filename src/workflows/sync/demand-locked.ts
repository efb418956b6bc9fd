import { sha256Of } from '../../content/hash-source.ts';
import type { WishedPlugin } from '../fetch-requests.ts';
import { compareLocks } from '../lock/compare-locks.ts';
import { lockInvalid } from '../lock/lock-invalid.ts';
import type { LockedPlugin } from '../lock/lock.ts';

type Check = NonNullable<WishedPlugin['check']>;
type Facts = Pick<LockedPlugin, 'name' | 'version' | 'layer' | 'files'>;

/**
 * Holds what was verified against a lock. The digest is what counts, and says all of it; but whoever
 * looks over a change of the lock reads the other lines too.
 * @returns a function that throws LOCK_INVALID
 */
export function demandLocked(locked: LockedPlugin): Check {
  return (candidate, request) => {
    const facts = factsOf(candidate, request);
    if (!facts) return;
    const { reference, repository, digest, signers } = locked;
    const found = { reference, repository, digest, signers, ...facts };
    const [change] = compareLocks({ plugins: [locked] }, { plugins: [found] });
    const [{ what, before = 'nothing', after = 'nothing' } = { what: '' }] =
      change?.differences ?? [];
    if (what === '') return;
    throw lockInvalid(`${locked.name}: the lock has ${before} as ${what}, and it is ${after}`);
  };
}

function factsOf(
  { current }: Parameters<Check>[0],
  request: Parameters<Check>[1],
): Facts | undefined {
  const receipt = current ?? (request && 'staged' in request ? request.staged : undefined);
  if (receipt) {
    const files = new Map(receipt.files.map(({ path, sha256 }) => [path, sha256]));
    return { ...named(receipt), layer: receipt.layerDigest, files };
  }
  if (!request || !('plugin' in request)) return undefined;
  const { plugin } = request;
  const files = new Map(plugin.files.map(({ path, bytes }) => [path, sha256Of(bytes)]));
  return { ...named(plugin), layer: plugin.plan.archiveDigest, files };
}

function named({
  name,
  version,
}: Pick<Facts, 'name'> & { readonly version?: string | undefined }): Pick<
  Facts,
  'name' | 'version'
> {
  return { name, ...(version === undefined ? {} : { version }) };
}
