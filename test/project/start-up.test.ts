import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSource } from '../registry/plugin-source.ts';
import { runAndListFiles } from '../support/loaded-files.ts';
import { SCRIPT } from '../support/kongcrate-command.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';

/** What a command loads until it is done. */
interface Loaded {
  readonly files: number;
  readonly bytes: number;
  /** Modules of Node.js beyond those that it loads for an empty script. */
  readonly builtIns: number;
}

interface Baseline {
  /** All that is built: code, types, licences. */
  readonly distBytes: number;
  readonly loaded: Readonly<Record<string, Loaded>>;
}

const ROOT = join(import.meta.dirname, '../..');
const BASELINE_FILE = join(ROOT, 'bench/baseline.json');
/** Rounded up, since Node.js 24 loads one module of its own more than 20 for the same. */
const limitOf = (value = 0): number => value + Math.ceil(value / 10);
const env = { COSIGN_PASSWORD: '' };

/** Each command does its work once, on a registry. */
async function writeCommands(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { host } = await startTestRegistry();
  const directory = temporaryDirectory();
  const reference = `${host}/acme/my-plugin:1.0.0`;
  const prefix = join(directory, 'cosign');
  await runKongcrate(['generate-key-pair', '--output-key-prefix', prefix], { env });
  const trust = ['--key', `${prefix}.pub`];
  return {
    version: ['--version'],
    publish: ['publish', writeSource('1.0.0'), reference, '--key', `${prefix}.key`],
    verify: ['verify', reference, ...trust],
    install: ['install', reference, ...trust, '--lua-root', join(directory, 'lua')],
  };
}

async function builtInsOfEmptyScript(): Promise<readonly string[]> {
  const empty = join(temporaryDirectory(), 'empty.mjs');
  writeFileSync(empty, '');
  return (await runAndListFiles([empty])).builtIns;
}

async function measure(args: readonly string[], usual: readonly string[]): Promise<Loaded> {
  const { status, stderr, files, builtIns } = await runAndListFiles([SCRIPT, ...args], env);
  expect(status, stderr).toBe(0);
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    builtIns: builtIns.filter((name) => !usual.includes(name)).length,
  };
}

async function measureAll(): Promise<Baseline> {
  const usual = await builtInsOfEmptyScript();
  const loaded: Record<string, Loaded> = {};
  for (const [name, args] of Object.entries(await writeCommands()))
    loaded[name] = await measure(args, usual);
  const dist = readdirSync(join(ROOT, 'dist'), { recursive: true, withFileTypes: true });
  const distBytes = dist
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return { distBytes, loaded };
}

/** Every number in it, by its name. */
function numbersOf({ distBytes, loaded }: Baseline): Readonly<Record<string, number>> {
  const rows = Object.entries(loaded).flatMap(([command, figures]) =>
    Object.entries(figures).map(([name, value]) => [`${command}: ${name} loaded`, value as number]),
  );
  return { 'bytes of dist': distBytes, ...(Object.fromEntries(rows) as Record<string, number>) };
}

it('commands load, and the build holds, at most a tenth more than bench/baseline.json', async () => {
  const measured = await measureAll();
  if (process.env['RENEW_BASELINE'] !== undefined)
    writeFileSync(BASELINE_FILE, `${JSON.stringify(measured, null, 2)}\n`);
  const baseline = numbersOf(JSON.parse(readFileSync(BASELINE_FILE, 'utf8')) as Baseline);
  const now = numbersOf(measured);
  expect(Object.keys(now)).toEqual(Object.keys(baseline));
  const grown = Object.entries(now)
    .filter(([name, value]) => value > limitOf(baseline[name]))
    .map(([name, value]) => `${name}: ${value}, was ${baseline[name] ?? 0}`);
  expect(grown, 'load later what is not always needed, or npm run baseline').toEqual([]);
});
