import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { readNodeState } from '../../src/install/read-node-state.ts';
import { versionsRead } from '../install/look-at-node.ts';
import { filesOf } from '../support/make-installable.ts';
import type { BusyLine } from './busy-child.ts';

/** A plugin that stands there of its own again and again, and is taken over. */
export const STRAY = 'stray';

/** Follows what becomes of the stray plugin under one Lua root. */
export class StrayWatch {
  readonly #luaRoot: string;
  #isPlaced = false;
  #lines: BusyLine[] = [];

  constructor(luaRoot: string) {
    this.#luaRoot = luaRoot;
  }

  /** What a process said that worked on the root. */
  note(lines: readonly BusyLine[]): void {
    this.#lines.push(...lines);
  }

  /** After a recovery: whole, as somebody put it there or as the receipt says, and never lost. */
  check(): void {
    const [version, ...others] = new Set(versionsRead(this.#luaRoot, STRAY));
    expect(others).toEqual([]);
    const begun = new Set(this.#lines.map((line) => ('about' in line ? line.about : '')));
    const mayBeOurs = !this.#isPlaced || begun.has('adopt');
    const mayBeOut = mayBeOurs && (begun.has('rollback') || begun.has('remove'));
    const allowed = [...(this.#isPlaced ? ['foreign'] : []), ...(mayBeOut ? ['absent'] : [])];
    const receipt = this.#receipt();
    expect(receipt ? [receipt.version] : allowed).toContain(version);
  }

  /** Puts it there, unless it is installed or stands there already. */
  place(): void {
    this.#lines = [];
    this.#isPlaced = !this.#receipt();
    if (!this.#isPlaced || versionsRead(this.#luaRoot, STRAY)[0] === 'foreign') return;
    for (const [path, text] of Object.entries(filesOf(STRAY, 'foreign'))) {
      mkdirSync(dirname(join(this.#luaRoot, path)), { recursive: true });
      writeFileSync(join(this.#luaRoot, path), text);
    }
  }

  #receipt(): { readonly version?: string } | undefined {
    return readNodeState({ luaRoot: this.#luaRoot }).plugins.find(({ name }) => name === STRAY);
  }
}
