/**
 * Does work on every item, on at most so many at once. After a failure nothing more is begun, and
 * what is under way ends first.
 * @throws what failed first
 */
export async function inParallel<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values();
  const failures: unknown[] = [];
  const takeTurns = async (): Promise<void> => {
    for (const item of waiting)
      try {
        if (failures.length === 0) await work(item);
      } catch (error) {
        failures.push(error);
      }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, takeTurns));
  if (failures.length > 0) throw failures[0];
}

/**
 * As {@link inParallel}, for what the work gives back.
 * @returns one result for each item, in the order of the items
 */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  await inParallel([...items.entries()], concurrency, async ([index, item]) => {
    results.set(index, await work(item));
  });
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
