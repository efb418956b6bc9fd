/** Bundles the benchmark, which Node 20 cannot run from TypeScript, and runs it. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { runScript } from './support/run-script.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = new URL('../.cache/bench/', import.meta.url);

await runScript(async () => {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['bench/main.ts', 'bench/lab/delay-proxy.ts'],
    outdir: fileURLToPath(OUTPUT),
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  const { main } = await import(new URL('main.mjs', OUTPUT).href);
  await main(process.argv.slice(2), process.env);
});
