import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SCRIPT } from './kongcrate-command.ts';
import { run } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const PASSWORD = 'of a test';

/**
 * The most memory, in MiB, that the built script ever had while it did this. Linux counts
 * what the parent had into resourceUsage().maxRSS, but not into VmHWM: proc(5).
 */
export async function peakMemoryOf(args: readonly string[]): Promise<number> {
  const file = join(temporaryDirectory(), 'status');
  const report = `import{readFileSync,writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(file)},readFileSync('/proc/self/status')))`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(report)}`;
  const env = { NODE_OPTIONS, COSIGN_PASSWORD: PASSWORD };
  const { status, stderr } = await run(process.execPath, [SCRIPT, ...args], { env });
  expect(status, stderr).toBe(0);
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1]) / 1024;
}

/** What comes down, each with the arguments after which it must be there. */
export function waysDown(reference: string, limit: string): readonly (readonly string[])[] {
  const place = temporaryDirectory();
  const limits = ['--max-layer-size', limit, '--max-unpacked-size', limit];
  const pull = (format: string): readonly string[] => [
    ...['pull', reference, '--allow-unsigned', '-o', join(place, format)],
    ...['--format', format, ...limits],
  ];
  return [
    ['install', reference, '--allow-unsigned', '--lua-root', join(place, 'lua'), ...limits],
    ...['crane', 'oci', 'layer'].map(pull),
    ...['crane', 'oci', 'layer'].map((format) => [
      ...['unpack', join(place, format), '-C', join(place, `${format}-files`), ...limits],
    ]),
  ];
}

/** What goes up, of a plugin that is in a layout. */
export function waysUp(reference: string, limit: string): readonly (readonly string[])[] {
  const place = temporaryDirectory();
  const at = (name: string): string => join(place, name);
  const limits = ['--max-unpacked-size', limit];
  const layout = (name: string): string => `oci-layout:${at(name)}:1.0.0`;
  return [
    ['unpack', reference, '-C', at('source'), ...limits, '--max-layer-size', limit],
    ['pack', at('source'), '-o', at('plugin.tar.gz'), ...limits],
    ['push', at('plugin.tar.gz'), layout('pushed'), ...limits],
    ['generate-key-pair', '--output-key-prefix', at('key')],
    ['publish', at('source'), layout('published'), '--key', at('key.key'), ...limits],
  ];
}
