import { expect } from 'vitest';
import { peer, type PeerName } from './peers.ts';
import { run, runKongcrate, type RunOptions } from './run.ts';

/** Runs kongcrate with an empty key password and demands that it succeeds; gives its stdout. */
export async function kongcrate(
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const env = { COSIGN_PASSWORD: '', ...options.env };
  const { status, stdout, stderr } = await runKongcrate(args, { ...options, env });
  expect(status, `kongcrate ${args.join(' ')}\n${stderr}`).toBe(0);
  return stdout.trimEnd();
}

/** Runs a real program with an empty key password and demands that it succeeds; gives its stdout. */
export async function runPeer(
  name: PeerName,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const env = { COSIGN_PASSWORD: '', ...options.env };
  const { status, stdout, stderr } = await run(peer(name), args, { ...options, env });
  expect(status, `${name} ${args.join(' ')}\n${stderr}`).toBe(0);
  return stdout.trimEnd();
}
