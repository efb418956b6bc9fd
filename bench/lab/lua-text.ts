const SUBJECTS = 'request response service route consumer header body config cache upstream'.split(
  ' ',
);
const VERBS = 'get set find match insert encode decode check parse format'.split(' ');
const NAMES = 'token name value status host path limit window key scope'.split(' ');

const pick = (words: readonly string[], byte = 0): string => words[byte % words.length] ?? '';

/** A line that reads and shrinks like a line of a plugin. */
function line(random: (count: number) => Buffer): string {
  const bytes = random(8);
  const name = pick(NAMES, bytes[0]);
  const call = `kong.${pick(SUBJECTS, bytes[1])}.${pick(VERBS, bytes[2])}`;
  return `  local ${name}_${bytes.readUInt16LE(3)} = ${call}("${pick(NAMES, bytes[5])}-${bytes.readUInt16LE(6)}")\n`;
}

/** Exactly `size` bytes of lines of Lua. */
export function luaText(size: number, random: (count: number) => Buffer): Buffer {
  const lines: string[] = [];
  for (let length = 0; length < size;) {
    const next = line(random);
    lines.push(next);
    length += next.length;
  }
  return Buffer.from(lines.join('')).subarray(0, size);
}

/** A module of about `size` bytes that Lua loads: its lines stand in a comment and in functions. */
export function luaModule(size: number, random: (count: number) => Buffer): Buffer {
  // Lua allows 200 local variables a function: 50 lines are well below.
  const body: string[] = ['local M = {}\n'];
  for (let length = 0, count = 0; length < size; count += 1) {
    const lines = Array.from({ length: 50 }, () => line(random)).join('');
    const rest = lines.slice(0, Math.max(0, size - length)).replace(/[^\n]*$/, '');
    body.push(`function M.step_${count}()\n${rest}end\n`);
    length += lines.length;
  }
  return Buffer.from(`${body.join('')}return M\n`);
}
