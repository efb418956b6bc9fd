/** The most levels of objects and lists in what is attested; what is written again needs a stack. */
export const MAX_PREDICATE_LEVELS = 100;

/** Whether objects and lists stand in one another more than this many levels deep. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isNestedDeeper(inner, levels - 1));
}
