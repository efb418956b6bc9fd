import { structuredPatch } from 'diff';
import { wholeOf, type ByteSource } from '../../content/byte-source.ts';

/** As in a unified diff; each line begins with a blank, `+`, `-` or a backslash. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

export interface LineDifference {
  /** How many lines came and went; absent where they are not shown. */
  readonly lines?: { readonly added: number; readonly removed: number };
  readonly hunks?: readonly Hunk[];
  /** Why there are no lines to see. */
  readonly notShown?: 'binary' | 'too-large' | 'too-different';
}

/** The most that one file may have to be compared line by line. */
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_FILE_LINES = 20_000;
/** Myers' algorithm takes as many steps as lines differ, squared. */
const MAX_FILE_EDITS = 2_000;
/** The same for all files together: nobody reads more, and a hostile archive may hold thousands. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_EDITS = 20_000;
const CONTEXT_LINES = 3;

/**
 * Compares texts line by line, as far as work and memory stay small: what is left out depends on
 * the files alone, never on the time it takes.
 */
export class LineBudget {
  #leftBytes = MAX_BYTES;
  #leftEdits = MAX_EDITS;

  /** @param before absent for a file that was added; `after` likewise */
  compare(before: ByteSource | undefined, after: ByteSource | undefined): LineDifference {
    const sides = [before ?? new Uint8Array(), after ?? new Uint8Array()] as const;
    const sizeBytes = sides[0].length + sides[1].length;
    if (sides.some(({ length }) => length > MAX_FILE_BYTES) || sizeBytes > this.#leftBytes)
      return { notShown: 'too-large' };
    this.#leftBytes -= sizeBytes;
    const [one, other] = [textOf(sides[0]), textOf(sides[1])];
    if (one === undefined || other === undefined) return { notShown: 'binary' };
    if (hasManyLines(one) || hasManyLines(other)) return { notShown: 'too-large' };
    return this.#compareTexts(one, other);
  }

  #compareTexts(before: string, after: string): LineDifference {
    const maxEditLength = Math.min(MAX_FILE_EDITS, this.#leftEdits);
    const patch = structuredPatch('', '', before, after, undefined, undefined, {
      context: CONTEXT_LINES,
      maxEditLength,
    });
    if (patch === undefined) {
      this.#leftEdits -= maxEditLength;
      return { notShown: 'too-different' };
    }
    const all = patch.hunks.flatMap(({ lines }) => lines);
    const added = all.filter((line) => line.startsWith('+')).length;
    const removed = all.filter((line) => line.startsWith('-')).length;
    this.#leftEdits -= added + removed;
    return { lines: { added, removed }, hunks: patch.hunks };
  }
}

/** `undefined` for what is no text. */
function textOf(source: ByteSource): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(wholeOf(source));
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function hasManyLines(text: string): boolean {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > MAX_FILE_LINES;
}
