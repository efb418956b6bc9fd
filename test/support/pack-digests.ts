import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run, type RunOptions } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface Digests {
  readonly layer: string;
  readonly manifest: string;
}

/**
 * Of testdata/plugins/hello-header. Changing this constant breaks every digest that was ever
 * published.
 */
export const GOLDEN: Digests = {
  layer: 'sha256:15b6d10388672a36c2c7201ca5d1d4658f04d93ff570f533286667b1a554946f',
  manifest: 'sha256:5e01b0e53887a617373fd2d30274be413b79d7cd2a085e805262f61fa176db74',
};

/** Packs and pushes through a command that arguments are added to. */
export async function packDigests(
  source: string,
  command: readonly string[],
  options?: RunOptions,
): Promise<Digests> {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o777);
  const call = async (...args: string[]): Promise<string> => {
    const [program = '', ...prefix] = command;
    const result = await run(program, [...prefix, ...args], options);
    expect(result.status, result.stderr).toBe(0);
    return result.stdout;
  };
  const archive = join(directory, 'plugin.tar.gz');
  const packed = await call('pack', source, '-o', archive, '--json');
  const pushed = await call('push', source, `oci-layout:${join(directory, 'layout')}`);
  const { digest } = JSON.parse(packed) as { digest: string };
  return { layer: digest, manifest: pushed.trim().split('@')[1] ?? '' };
}
