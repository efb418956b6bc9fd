import type { Descriptor } from '../content/descriptor.ts';
import { REF_NAME_ANNOTATION } from '../reference/media-types.ts';

/** index.json as it stands: what other tools wrote into it is kept, known to us or not. */
interface RawIndex {
  manifests: RawEntry[];
}
interface RawEntry {
  digest: string;
  annotations?: Record<string, string>;
}

/** Lists a manifest without a name, unless it is listed already. Returns the new text. */
export function listEntry(text: string, descriptor: Descriptor): string {
  const index = JSON.parse(text) as RawIndex;
  if (index.manifests.some((entry) => entry.digest === descriptor.digest)) return text;
  index.manifests.push(toEntry(descriptor));
  return JSON.stringify(index);
}

/**
 * Gives a manifest a name. Another manifest that had the name stays listed without it, so nothing
 * that could be reached by digest is lost.
 */
export function nameEntry(text: string, descriptor: Descriptor, name: string): string {
  const index = JSON.parse(text) as RawIndex;
  const named = index.manifests.find((entry) => nameOf(entry) === name);
  if (named?.digest === descriptor.digest) return text;
  if (named) removeName(named);
  const own = index.manifests.find(
    (entry) => entry.digest === descriptor.digest && nameOf(entry) === undefined,
  );
  const entry = own ?? toEntry(descriptor);
  entry.annotations = { ...entry.annotations, [REF_NAME_ANNOTATION]: name };
  if (!own) index.manifests.push(entry);
  index.manifests = withoutRepeats(index.manifests);
  return JSON.stringify(index);
}

function toEntry(descriptor: Descriptor): RawEntry {
  return {
    ...descriptor,
    ...(descriptor.annotations ? { annotations: { ...descriptor.annotations } } : {}),
  };
}

function removeName(entry: RawEntry): void {
  const rest = Object.entries(entry.annotations ?? {}).filter(
    ([key]) => key !== REF_NAME_ANNOTATION,
  );
  if (rest.length > 0) entry.annotations = Object.fromEntries(rest);
  else delete entry.annotations;
}

/** An unnamed entry says nothing where the same digest is listed with a name. */
function withoutRepeats(entries: readonly RawEntry[]): RawEntry[] {
  const named = new Set(entries.filter((e) => nameOf(e) !== undefined).map((e) => e.digest));
  return entries.filter((entry) => nameOf(entry) !== undefined || !named.has(entry.digest));
}

function nameOf(entry: RawEntry): string | undefined {
  return entry.annotations?.[REF_NAME_ANNOTATION];
}
