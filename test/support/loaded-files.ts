import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type RunResult } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface LoadingResult extends RunResult {
  /** The paths of the files that the program loaded as code, from whichever process or thread. */
  readonly files: readonly string[];
  /** The modules of Node.js itself that it loaded and users can import, such as `node:http`. */
  readonly builtIns: readonly string[];
}

/** Runs a script with Node.js and says what it loaded: V8 lists it among what it covered. */
export async function runAndListFiles(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<LoadingResult> {
  const directory = temporaryDirectory();
  const result = await run(process.execPath, args, {
    env: { ...env, NODE_V8_COVERAGE: directory },
  });
  const urls = readdirSync(directory).flatMap((name) => {
    const text = readFileSync(join(directory, name), 'utf8');
    return (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url);
  });
  const distinct = [...new Set(urls)].sort();
  return {
    ...result,
    files: distinct.filter((url) => url.startsWith('file:')).map((url) => new URL(url).pathname),
    builtIns: distinct.filter((url) => /^node:(?!internal\/)/.test(url)),
  };
}
