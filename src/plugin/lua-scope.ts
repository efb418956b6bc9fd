import type { LuaValue } from './lua-value.ts';
import type { StepBudget } from './lua-strings/pattern-matcher.ts';

/** About a tenth of a second; the patterns of a rockspec take some hundred. */
const PATTERN_STEPS = 2_000_000;

/** The names that a block of the main chunk sees; a chunk's own locals and globals are one. */
export class LuaScope {
  /** How many blocks this one stands in. */
  readonly depth: number;
  /** Shared by the whole file. */
  readonly patternSteps: StepBudget;
  readonly #outer: LuaScope | undefined;
  readonly #values = new Map<string, LuaValue>();

  constructor(outer?: LuaScope) {
    this.#outer = outer;
    this.depth = outer === undefined ? 0 : outer.depth + 1;
    this.patternSteps = outer?.patternSteps ?? { left: PATTERN_STEPS };
  }

  get(name: string): LuaValue | undefined {
    return this.#values.get(name) ?? this.#outer?.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** `local name = value`. */
  declare(name: string, value: LuaValue): void {
    this.#values.set(name, value);
  }

  /** `name = value`: the innermost local of that name, else a global. */
  assign(name: string, value: LuaValue): void {
    if (this.#outer === undefined || this.#values.has(name)) this.#values.set(name, value);
    else this.#outer.assign(name, value);
  }
}
