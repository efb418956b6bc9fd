/**
 * Whether a path matches a pattern, both by segments: `**` is any number of segments, `*` any
 * number of characters in one, `?` one of them. Only the last star is ever tried again, so the
 * time is at most the product of both lengths, never exponential.
 */
export function matchesGlob(pattern: readonly string[], path: readonly string[]): boolean {
  return matches(pattern, path, { star: '**', isSame: matchesSegment });
}

function matchesSegment(pattern: string, segment: string): boolean {
  return matches(pattern, segment, { star: '*', isSame: (a, b) => a === '?' || a === b });
}

interface Items {
  readonly length: number;
  readonly [index: number]: string;
}

interface Rules {
  readonly star: string;
  readonly isSame: (pattern: string, item: string) => boolean;
}

function matches(pattern: Items, items: Items, { star, isSame }: Rules): boolean {
  let at = 0;
  let afterStar = -1;
  let skipped = 0;
  for (let index = 0; index < items.length;) {
    const wanted = pattern[at];
    if (wanted === star) {
      afterStar = ++at;
      skipped = index;
    } else if (wanted !== undefined && isSame(wanted, items[index] ?? '')) {
      at++;
      index++;
    } else if (afterStar >= 0) {
      at = afterStar;
      index = ++skipped;
    } else return false;
  }
  while (pattern[at] === star) at++;
  return at === pattern.length;
}
