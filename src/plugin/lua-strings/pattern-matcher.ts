import { LuaPatternError } from './lua-pattern-error.ts';
import { type PatternItem, readPatternItem } from './pattern-items.ts';

/** How many steps are left for all patterns of a file, so that none can hang. */
export interface StepBudget {
  left: number;
}

export interface PatternMatch {
  /** Counted from 0; the end is behind the last character. */
  readonly start: number;
  readonly end: number;
  readonly captureCount: number;
  /**
   * A number is a position, counted from 1; what was never closed is a mistake only when asked for.
   * @throws LuaPatternError
   */
  readonly capture: (index: number) => string | number;
}

type PlainItem = Item<'single' | 'balance' | 'frontier' | 'back-reference'>;
type Item<Kind extends PatternItem['kind']> = Extract<PatternItem, { kind: Kind }>;

interface Capture {
  readonly start: number;
  end: number | 'open' | 'position';
}

/** LuaJIT's LJ_MAX_XLEVEL. */
const MAX_DEPTH = 200;
/** Reading an item looks at every byte there is. */
const ITEM_STEPS = 256;
/** LUA_MAXCAPTURES. */
const MAX_CAPTURES = 32;

/**
 * Matches a Lua pattern by backtracking, as Lua 5.1 and LuaJIT define it, one character a byte.
 * A mistake in the pattern shows only where matching comes to it, as in Lua.
 */
export class PatternMatcher {
  readonly #subject: string;
  readonly #pattern: string;
  readonly #budget: StepBudget;
  readonly #items = new Map<number, PatternItem>();
  #captures: Capture[] = [];
  #depth = 0;

  constructor(subject: string, pattern: string, budget: StepBudget) {
    this.#subject = subject;
    // Lua 5.1 and LuaJIT end a pattern at its first byte zero.
    [this.#pattern = ''] = pattern.split('\0', 1);
    this.#budget = budget;
  }

  /**
   * The match that begins at `start`; an anchor at the beginning is the caller's.
   * @param from where the pattern begins: 1 behind an anchor
   * @throws LuaPatternError
   */
  matchAt(start: number, from: number): PatternMatch | undefined {
    this.#captures = [];
    this.#depth = 0;
    const end = this.#match(start, from);
    if (end === undefined) return undefined;
    const captures = this.#captures;
    const capture = (index: number): string | number => this.#valueOf(captures[index]);
    return { start, end, captureCount: captures.length, capture };
  }

  #match(start: number, from: number): number | undefined {
    if (++this.#depth > MAX_DEPTH) throw new LuaPatternError('pattern too complex');
    const end = this.#matchItems(start, from);
    this.#depth--;
    return end;
  }

  #matchItems(start: number, from: number): number | undefined {
    let at = start;
    for (let item = this.#itemAt(from); ; item = this.#itemAt(item.next)) {
      if (item.kind === 'end') return at;
      if (item.kind === 'end-anchor') return at === this.#subject.length ? at : undefined;
      if (item.kind === 'open') return this.#open(item, at);
      if (item.kind === 'close') return this.#close(item, at);
      if (item.kind === 'single' && item.repeat === '?') {
        const longer = this.#isIn(item, at) ? this.#match(at + 1, item.next) : undefined;
        if (longer !== undefined) return longer;
      } else if (item.kind === 'single' && item.repeat !== '') return this.#repeat(item, at);
      else {
        const next = this.#step(item, at);
        if (next === undefined) return undefined;
        at = next;
      }
    }
  }

  #itemAt(position: number): PatternItem {
    this.#spend(1);
    const known = this.#items.get(position);
    if (known !== undefined) return known;
    this.#spend(ITEM_STEPS);
    const item = readPatternItem(this.#pattern, position);
    this.#items.set(position, item);
    return item;
  }

  #spend(steps: number): void {
    this.#budget.left -= steps;
    if (this.#budget.left < 0) throw new LuaPatternError('pattern takes too many steps');
  }

  /** Where an item ends that can match in one way only. */
  #step(item: PlainItem, at: number): number | undefined {
    if (item.kind === 'balance') return this.#balance(item, at);
    if (item.kind === 'back-reference') return this.#backReference(item, at);
    if (item.kind === 'single') return this.#isIn(item, at) ? at + 1 : undefined;
    const [before, after] = [at - 1, at].map((index) => this.#subject.charCodeAt(index) || 0);
    return item.set[before ?? 0] === 0 && item.set[after ?? 0] === 1 ? at : undefined;
  }

  #isIn({ set }: Item<'single'>, at: number): boolean {
    this.#spend(1);
    return at < this.#subject.length && set[this.#subject.charCodeAt(at)] === 1;
  }

  #repeat(item: Item<'single'>, at: number): number | undefined {
    if (item.repeat === '-') return this.#repeatLeast(item, at);
    const least = item.repeat === '+' ? at + 1 : at;
    let most = at;
    while (this.#isIn(item, most)) most++;
    for (let next = most; next >= least; next--) {
      const end = this.#match(next, item.next);
      if (end !== undefined) return end;
    }
    return undefined;
  }

  #repeatLeast(item: Item<'single'>, at: number): number | undefined {
    for (let next = at; ; next++) {
      const end = this.#match(next, item.next);
      if (end !== undefined) return end;
      if (!this.#isIn(item, next)) return undefined;
    }
  }

  #balance({ pair }: Item<'balance'>, at: number): number | undefined {
    if (this.#subject[at] !== pair[0]) return undefined;
    let nested = 1;
    for (let index = at + 1; index < this.#subject.length; index++) {
      this.#spend(1);
      if (this.#subject[index] === pair[1]) {
        if (--nested === 0) return index + 1;
      } else if (this.#subject[index] === pair[0]) nested++;
    }
    return undefined;
  }

  #backReference({ index }: Item<'back-reference'>, at: number): number | undefined {
    const capture = this.#captures[index];
    if (capture === undefined || capture.end === 'open')
      throw new LuaPatternError('invalid capture index');
    if (capture.end === 'position') return undefined;
    const text = this.#subject.slice(capture.start, capture.end);
    return this.#subject.startsWith(text, at) ? at + text.length : undefined;
  }

  #open({ isPosition, next }: Item<'open'>, at: number): number | undefined {
    if (this.#captures.length >= MAX_CAPTURES) throw new LuaPatternError('too many captures');
    this.#captures.push({ start: at, end: isPosition ? 'position' : 'open' });
    const end = this.#match(at, next);
    if (end === undefined) this.#captures.pop();
    return end;
  }

  #close({ next }: Item<'close'>, at: number): number | undefined {
    const capture = this.#captures.findLast(({ end }) => end === 'open');
    if (capture === undefined) throw new LuaPatternError('invalid pattern capture');
    capture.end = at;
    const end = this.#match(at, next);
    if (end === undefined) capture.end = 'open';
    return end;
  }

  #valueOf(capture: Capture | undefined): string | number {
    if (capture === undefined) throw new LuaPatternError('invalid capture index');
    if (capture.end === 'open') throw new LuaPatternError('unfinished capture');
    return capture.end === 'position'
      ? capture.start + 1
      : this.#subject.slice(capture.start, capture.end);
  }
}
