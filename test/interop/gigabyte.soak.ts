import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { runKongcrate } from '../support/run.ts';
import { count, report } from '../support/soak.ts';
import { pluginFiles } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MEBIBYTE = 2 ** 20;
const FILE_MEBIBYTES = 256;
const NAME = 'giant';
const UNPACKED = ['--max-unpacked-size', '2GiB'];
const LIMITS = ['--max-layer-size', '2GiB', ...UNPACKED];
const TIMEOUT_MS = 15 * 60_000;

/**
 * Makes a process tell at its end how much memory it took at most, in KiB. Linux counts what the
 * parent had into resourceUsage().maxRSS, but not into VmHWM: proc(5).
 */
const TELL_MEMORY = `--import=data:text/javascript,${encodeURIComponent(
  'import{readFileSync,writeSync}from"node:fs";' +
    'process.on("exit",()=>writeSync(2,readFileSync("/proc/self/status")))',
)}`;

/** Runs kongcrate, demands that it succeeds, and tells its time and memory. */
async function kongcrate(...args: string[]): Promise<string> {
  const startMs = performance.now();
  const env = { COSIGN_PASSWORD: '', NODE_OPTIONS: TELL_MEMORY };
  const { status, stdout, stderr } = await runKongcrate(args, { env, timeoutMs: TIMEOUT_MS });
  const peakKibibytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(stderr)?.[1]);
  const seconds = (performance.now() - startMs) / 1000;
  const what = args.slice(0, args[0] === 'pull' ? 3 : 1).filter((arg) => !arg.includes('/'));
  report(
    `1 GiB: ${what.join(' ')} in ${seconds.toFixed(1)} s, peak memory ${count(Math.round(peakKibibytes / 1024))} MiB`,
  );
  expect(status, `${args.join(' ')}\n${stderr}`).toBe(0);
  return stdout.trim();
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Lua lines with numbers: compresses as code does. */
function luaText(noise: ReturnType<typeof createCipheriv>): Buffer {
  const lines: string[] = [];
  for (let bytes = 0; bytes < FILE_MEBIBYTES * MEBIBYTE; bytes += lines.at(-1)?.length ?? 0)
    lines.push(`local x${lines.length} = "${noise.update(Buffer.alloc(12)).toString('hex')}"\n`);
  return Buffer.from(lines.join(''));
}

function writeSource(directory: string): readonly string[] {
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32, 'key'), Buffer.alloc(16));
  const zeros = Buffer.alloc(FILE_MEBIBYTES * MEBIBYTE);
  mkdirSync(join(directory, 'kong/plugins', NAME), { recursive: true });
  const files = pluginFiles(NAME, '1.0.0');
  for (const { path, bytes } of files) writeFileSync(join(directory, path), bytes);
  const large = ['1.bin', '2.bin', '3.bin', 'text.txt'].map((n) => `kong/plugins/${NAME}/${n}`);
  for (const path of large)
    writeFileSync(
      join(directory, path),
      path.endsWith('.txt') ? luaText(noise) : noise.update(zeros),
    );
  return [...files.map(({ path }) => path), ...large];
}

describe('a plugin of 1 GiB', () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  const source = at('source');
  const reference = `oci-layout:${at('published')}:1.0.0`;
  const trust = ['--key', at('cosign.pub')];
  let paths: readonly string[] = [];
  let layerDigest = '';

  beforeAll(async () => {
    paths = writeSource(source);
    await kongcrate('generate-key-pair', '--output-key-prefix', at('cosign'));
  });

  it('is packed, and pushed as a directory and as an archive with one digest', async () => {
    const packed = await kongcrate('pack', source, '-o', at('giant.tar.gz'), '--json', ...UNPACKED);
    layerDigest = (JSON.parse(packed) as { digest: string }).digest;
    expect(`sha256:${await sha256(at('giant.tar.gz'))}`).toBe(layerDigest);
    const target = (name: string): string => `oci-layout:${at(name)}:1.0.0`;
    await kongcrate('push', at('giant.tar.gz'), target('pushed'), ...UNPACKED);
    const blob = join(at('pushed'), 'blobs/sha256', layerDigest.slice(7));
    expect(`sha256:${await sha256(blob)}`).toBe(layerDigest);
  });

  it('is published, verified and installed: the same bytes', async () => {
    await kongcrate('publish', source, reference, '--key', at('cosign.key'), ...UNPACKED);
    await kongcrate('verify', reference, ...trust);
    await kongcrate('install', reference, ...trust, '--lua-root', at('lua'), ...LIMITS);
    for (const path of paths)
      expect(await sha256(join(at('lua'), path)), path).toBe(await sha256(join(source, path)));
  });

  it.each(['layer', 'crane', 'oci'])('is pulled as %s with the same layer', async (format) => {
    const output = at(`pulled-${format}`);
    await kongcrate('pull', '--format', format, reference, ...trust, '-o', output, ...LIMITS);
    const layer = {
      layer: output,
      oci: join(output, 'blobs/sha256', layerDigest.slice(7)),
      crane: at('unpacked.tar.gz'),
    }[format];
    if (format === 'crane') await kongcrate('unpack', output, '-C', at('unpacked'), ...UNPACKED);
    if (format === 'crane')
      for (const path of paths)
        expect(await sha256(join(at('unpacked'), path))).toBe(await sha256(join(source, path)));
    else expect(`sha256:${await sha256(layer ?? '')}`).toBe(layerDigest);
  });
});
