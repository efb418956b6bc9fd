/** One fact that is otherwise on the other side, or not there at all. */
export interface FactDifference {
  readonly what: string;
  readonly before?: string;
  readonly after?: string;
}

/** Facts by a key that is the same on both sides. */
export type Facts = ReadonlyMap<string, { readonly what: string; readonly value: string }>;

/** What differs, in the order of the facts. */
export function differencesOf(before: Facts, after: Facts): readonly FactDifference[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [one, other] = [before.get(key), after.get(key)];
    const what = one?.what ?? other?.what;
    if (what === undefined || one?.value === other?.value) return [];
    return [{ what, ...(one && { before: one.value }), ...(other && { after: other.value }) }];
  });
}
