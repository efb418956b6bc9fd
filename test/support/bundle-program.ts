import { spawn, type ChildProcess, type IOType } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { memoryDirectory } from '../install/memory-directory.ts';

/**
 * Bundles a TypeScript program, which Node could not run as it is.
 * @param stdin what its standard input is; nothing unless told
 * @returns how to start it with its task, which it finds as JSON in its first argument
 */
export async function bundleProgram(
  entry: URL,
  stdin: IOType = 'ignore',
): Promise<(task: object) => ChildProcess> {
  const entryPoint = fileURLToPath(entry);
  const outfile = join(memoryDirectory(), `${basename(entryPoint, '.ts')}.mjs`);
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    banner: {
      js: `import { createRequire as createBundleRequire } from 'node:module';\nconst require = createBundleRequire(import.meta.url);`,
    },
  });
  return (task) =>
    spawn(process.execPath, [outfile, JSON.stringify(task)], {
      stdio: [stdin, 'pipe', 'inherit'],
    });
}
