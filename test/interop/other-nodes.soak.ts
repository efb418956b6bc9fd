import { createCipheriv } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SCRIPT } from '../support/kongcrate-command.ts';
import { arm64Node, otherNode } from '../support/other-nodes.ts';
import { GOLDEN, packDigests } from '../support/pack-digests.ts';
import { pluginFiles } from '../support/published.ts';
import { report } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const MEBIBYTE = 2 ** 20;

/** Five MiB of what compresses well, badly and not at all, the same in every run. */
function writeLargePlugin(): string {
  const directory = join(temporaryDirectory(), 'large');
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32, 'key'), Buffer.alloc(16));
  const lines = Array.from({ length: 40_000 }, (_, line) => `local x${line} = ${line * 7919}\n`);
  const files = [
    ...pluginFiles('large', '1.0.0'),
    { path: 'kong/plugins/large/noise.bin', bytes: noise.update(Buffer.alloc(2 * MEBIBYTE)) },
    { path: 'kong/plugins/large/hex.txt', bytes: hexText(noise.update(Buffer.alloc(MEBIBYTE))) },
    { path: 'kong/plugins/large/text.txt', bytes: Buffer.from(lines.join('')) },
  ];
  mkdirSync(join(directory, 'kong/plugins/large'), { recursive: true });
  for (const { path, bytes } of files) writeFileSync(join(directory, path), bytes);
  return directory;
}

function hexText(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('hex'));
}

const OTHERS = [
  ['Node 22.23.3 on x64', () => otherNode('22.23.3')],
  ['Node 26.10.0 on x64', () => otherNode('26.10.0')],
  ['Node 24.21.0 on arm64', () => arm64Node('24.21.0')],
] as const;

it.each(OTHERS)('one source, one digest on %s', async (what, install) => {
  const command = await install().catch((error: unknown) => {
    if (process.env['CI']) throw error;
    report(`SKIPPED ${what}, which cannot be had here: ${String(error)}`);
    return undefined;
  });
  if (command === undefined) return;
  expect(await packDigests(PLUGIN, [...command, SCRIPT])).toEqual(GOLDEN);
  const large = writeLargePlugin();
  const here = await packDigests(large, [process.execPath, SCRIPT]);
  expect(await packDigests(large, [...command, SCRIPT])).toEqual(here);
  report(`${what}: layer and manifest digests of a small and a 5 MiB plugin are the same`);
});
