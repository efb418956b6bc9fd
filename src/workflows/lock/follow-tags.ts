import { isLayoutReference } from '../../reference/reference.ts';
import { bindingPolicies, type WantedPlugin } from '../configuration/configuration.ts';
import { openForReading } from '../open-for-reading.ts';
import type { OpenedReference } from '../open-store.ts';
import type { LockSource } from './lock-source.ts';
import type { Lock, LockedPlugin } from './lock.ts';
import { findLocked } from './match-lock.ts';
import { placeReference } from './place-reference.ts';
import { readLock } from './read-lock.ts';
import { resolvePlugin, type ResolveOptions } from './resolve-plugin.ts';

/**
 * Follows the tags of a configuration, in place of a lock: what each points to is verified as `lock`
 * does it, and kept in memory. Where a tag points to what it did, one HEAD is all that is sent for it.
 * A lock beside the file only says which names are expected.
 * @throws KongcrateError from the source: as the verifier, the store and the readers do
 */
export function followTags(options: ResolveOptions): LockSource {
  const opened = new Map<string, OpenedReference>();
  let known: Lock = { plugins: [] };
  return async (configuration) => {
    const { file } = configuration;
    const before = known.plugins.length > 0 ? known : (readLock(file) ?? known);
    const policies = bindingPolicies(configuration, options.policies);
    const resolving = { file, before, options: { ...options, policies } };
    const plugins: LockedPlugin[] = [];
    for (const wanted of configuration.plugins)
      plugins.push(
        (await findKnown(wanted, { file, known, opened, options })) ??
          (await resolvePlugin(wanted, resolving)),
      );
    known = { plugins };
    return { configuration, lock: known };
  };
}

interface Knowledge {
  readonly file: string;
  readonly known: Lock;
  /** Registries that are asked again and again, as whoever asked first. */
  readonly opened: Map<string, OpenedReference>;
  readonly options: ResolveOptions;
}

/** What was resolved before, if the tag still says it. */
async function findKnown(
  wanted: WantedPlugin,
  knowledge: Knowledge,
): Promise<LockedPlugin | undefined> {
  const locked = findLocked(wanted, knowledge.known);
  if (!locked) return undefined;
  const { digest, tag, store } = await openTag(wanted, knowledge);
  const { options } = knowledge;
  const now =
    digest ??
    // Only a tag can be asked for without being read.
    (tag === undefined
      ? (await store.resolve(tag, options)).digest
      : await store.peek(tag, options));
  return now === locked.digest ? locked : undefined;
}

async function openTag(
  { reference, as }: WantedPlugin,
  { file, opened, options }: Knowledge,
): Promise<OpenedReference> {
  const found = opened.get(reference);
  if (found) return found;
  const place = await openForReading(placeReference(reference, file), { ...options, as });
  // What is on this disk may be replaced.
  if (!isLayoutReference(reference)) opened.set(reference, place);
  return place;
}
