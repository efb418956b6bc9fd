import { fstatSync, readSync } from 'node:fs';
import { redactText } from '../../http/redact.ts';
import { withPlainFile } from '../../system/read-plain-file.ts';

/** A log, or the end of one. */
export interface LogText {
  readonly name: string;
  readonly text: string;
  /** Only then can lines be counted. */
  readonly isWhole: boolean;
}

const MAX_LOG_BYTES = 16 * 1024 * 1024;
const MAX_SHOWN_LENGTH = 300;
const ENTRY_START = /^\d{4}\/\d\d\/\d\d /;

/**
 * Reads an error log, of a large one the last 16 MiB.
 * @returns `undefined` where no regular file stands there
 * @throws errno errors
 */
export function readLogText(path: string): LogText | undefined {
  return withPlainFile(path, Infinity, (descriptor) => {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, MAX_LOG_BYTES));
    const length = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8', 0, length);
    return { name: path, text, isWhole: size === buffer.length };
  });
}

/**
 * Reads a log from a stream, and keeps its last 16 MiB.
 * @throws what the stream ends with
 */
export async function collectLogText(
  name: string,
  stream: AsyncIterable<Buffer>,
): Promise<LogText> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let isWhole = true;
  for await (const chunk of stream) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    for (
      let [first] = chunks;
      first && sizeBytes - first.length >= MAX_LOG_BYTES;
      [first] = chunks
    ) {
      chunks.shift();
      sizeBytes -= first.length;
      isWhole = false;
    }
  }
  return { name, text: Buffer.concat(chunks).toString('utf8'), isWhole };
}

/** An entry of a log around a place in it: it begins with a time, and may have several lines. */
export interface LogEntry {
  readonly text: string;
  /** Where it begins in the log. */
  readonly start: number;
}

/** So far from its place the ends of an entry are looked for. */
export const MAX_ENTRY_LENGTH = 4_000;

export function entryAt({ text }: LogText, index: number): LogEntry {
  const start = startOfEntry(text, index);
  const rest = text.slice(index, index + MAX_ENTRY_LENGTH);
  const end = /\n(?=\d{4}\/\d\d\/\d\d )/.exec(rest)?.index ?? rest.length;
  return { text: text.slice(start, index + end), start };
}

/** `file:line: text` of the line at a place, for people; counts all lines before it. */
export function describePlace({ name, text, isWhole }: LogText, index: number): string {
  const lineStart = text.lastIndexOf('\n', index - 1) + 1;
  const line = text.slice(lineStart, lineStart + MAX_ENTRY_LENGTH).split('\n', 1)[0] ?? '';
  const number = isWhole ? `:${text.slice(0, lineStart).split('\n').length}` : '';
  return `${name}${number}: ${redactText(line).slice(0, MAX_SHOWN_LENGTH)}`;
}

/** Looks no further back: a line may have no end, and as many complaints as one likes. */
function startOfEntry(text: string, index: number): number {
  const earliest = Math.max(0, index - MAX_ENTRY_LENGTH);
  const before = text.slice(earliest, index);
  for (let at = before.length; at > 0; at -= 1) {
    at = before.lastIndexOf('\n', at - 1) + 1;
    const start = earliest + at;
    if (at === 0 || ENTRY_START.test(text.slice(start, start + 11))) return start;
  }
  return earliest;
}
