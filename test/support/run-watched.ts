import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCRIPT } from './kongcrate-command.ts';
import { run, type RunResult } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const RECORDER = new URL('record-connections.js', import.meta.url);

export interface WatchedResult extends RunResult {
  /**
   * All that the program turned to, each once: `127.0.0.1:PORT`, `dns NAME`, `pipe PATH`, `udp`,
   * and what could have asked in its place: `program`, `worker`.
   */
  readonly targets: readonly string[];
}

/**
 * Runs the built script with an empty HOME and writes down whom it turns to. An executable takes
 * no NODE_OPTIONS, by which this is done.
 * @param extra JavaScript that runs before it, in the same process
 */
export async function runWatched(args: readonly string[], extra = ''): Promise<WatchedResult> {
  const directory = temporaryDirectory();
  const modules = [
    `${RECORDER.href}?to=${directory}`,
    `data:text/javascript,${encodeURIComponent(extra)}`,
  ];
  const NODE_OPTIONS = modules.map((url) => `--import=${url}`).join(' ');
  const result = await run(process.execPath, [SCRIPT, ...args], { env: { NODE_OPTIONS } });
  const records = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  if (records.length === 0) throw new Error(`nothing was recorded: ${result.stderr}`);
  const lines = records.join('').split('\n');
  return { ...result, targets: [...new Set(lines.filter((line) => line !== ''))].sort() };
}
