import type { Readable } from 'node:stream';

type OutputName = 'stdout' | 'stderr';

/**
 * Keeps the last of what a program writes.
 * @param maxBytes of both outputs together
 * @param onTooMuch called when there is more
 * @returns the text of one output so far, or of both as it came
 */
export function collectOutput(
  outputs: Readonly<Record<OutputName, Readable>>,
  maxBytes: number,
  onTooMuch?: () => void,
): (name?: OutputName) => string {
  const chunks: { readonly from: OutputName; readonly bytes: Buffer }[] = [];
  let length = 0;
  const take = (from: OutputName, bytes: Buffer): void => {
    chunks.push({ from, bytes });
    length += bytes.length;
    if (length > maxBytes) onTooMuch?.();
    for (
      let first = chunks[0];
      first && length - first.bytes.length >= maxBytes;
      first = chunks[0]
    ) {
      length -= first.bytes.length;
      chunks.shift();
    }
  };
  for (const name of ['stdout', 'stderr'] as const)
    outputs[name].on('data', (bytes: Buffer) => {
      take(name, bytes);
    });
  return (name) => {
    const asked = chunks.filter(({ from }) => name === undefined || from === name);
    return Buffer.concat(asked.map(({ bytes }) => bytes))
      .subarray(-maxBytes)
      .toString('utf8');
  };
}
