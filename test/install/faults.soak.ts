import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { checkInstallRoot, type InstallRoot } from '../../src/install/install-root.ts';
import { recover } from '../../src/install/recover.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { expectClean } from '../crash/expect-clean.ts';
import { readVersions, type Versions } from '../crash/node-reader.ts';
import { COMPOSITE, doHalf } from '../support/do-half.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import type { Random } from '../support/random.ts';
import { count, report, startSoak } from '../support/soak.ts';
import { countOperations, interceptOperations, type Operation } from './intercept-operations.ts';
import { allDrift, leftInTmp } from './look-at-node.ts';
import { memoryDirectory } from './memory-directory.ts';

const FAULTY_RUNS = 5_000;
const RUNS_PER_ROOT = 25;
const NAMES = ['one', 'two', 'three', 'four', 'five'] as const;
/** Neither EEXIST nor ENOENT: those are answers, not faults. */
const NAMED = [
  ...(['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE'] as const),
  ...(['ENOMEM', 'EXDEV', 'EFBIG', 'EBUSY', 'EMLINK'] as const),
] as const;
/** libuv has no names for a quota that is used up and for NFS that lost a file. */
const NAMELESS = ['EDQUOT', 'ESTALE'] as const;
type Errno = (typeof NAMED)[number] | (typeof NAMELESS)[number];

interface Faults {
  readonly root: InstallRoot;
  readonly injected: () => readonly Operation[];
}

/** One to four faults, in a row or with operations between that work; some leave half a job. */
function faultyRoot(luaRoot: string, random: Random, errnos: readonly Errno[]): Faults {
  const injected: Operation[] = [];
  let next = random.below(140);
  let left = 1 + random.below(4);
  const files = interceptOperations((operation) => {
    if (left === 0 || operation.index < next) {
      operation.run();
      return;
    }
    left -= 1;
    next = operation.index + (random.chance(0.5) ? 1 : random.below(20));
    injected.push(operation);
    if (COMPOSITE.has(operation.name) && random.chance(0.5)) doHalf(operation);
    throw fault(random.pick(errnos), operation);
  });
  return { root: { luaRoot, files }, injected: () => injected };
}

/** As Node would throw it. */
function fault(errnoName: Errno, { name, args }: Operation): Error {
  const path = String(args[0]);
  const errno = -constants.errno[errnoName];
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`${code}: injected`), { code, errno, syscall: name, path });
}

interface Change {
  readonly after: Versions;
  readonly run: (root: InstallRoot) => Promise<unknown>;
}

const ABSENT: Versions = Object.fromEntries(NAMES.map((name) => [name, 'absent']));

/** @param history every state the node had, the live one last */
function randomChange(random: Random, history: readonly Versions[], version: string): Change {
  const before = history.at(-2);
  if (before && random.chance(0.3)) {
    const authorize = (): Promise<void> => Promise.resolve();
    return { after: before, run: (root) => rollbackPlugins(root, { authorize }) };
  }
  const names = random.sample(NAMES, 1 + random.below(NAMES.length));
  const requests = names.map((name) => makeInstallable({ name, version }));
  return {
    after: {
      ...ABSENT,
      ...history.at(-1),
      ...Object.fromEntries(names.map((name) => [name, version])),
    },
    run: (root) => installPlugins(root, requests, { compareVersions, unhold: true }),
  };
}

/** Runs a change under faults: refused with the old state in place, or done. */
async function runFaulty(
  faulty: Faults,
  { run, after }: Change,
  live: Versions,
): Promise<'refused' | 'done'> {
  const result = await run(faulty.root).catch((error: unknown) => error);
  const { luaRoot } = faulty.root;
  const where = faulty
    .injected()
    .map(({ index, name, args }) => `${index}: ${name} ${String(args[0])}`)
    .join(', ');
  if (result instanceof Error && !(result instanceof KongcrateError)) throw result;
  const isRefused = result instanceof KongcrateError;
  if (isRefused) {
    expect(result.code, where).toBe('INSTALL_FAILED');
    expect(result.details, where).toHaveProperty('errno');
  }
  expect(readVersions(luaRoot, NAMES), where).toEqual(isRefused ? live : after);
  if (existsSync(luaRoot)) expect(allDrift(luaRoot), where).toEqual([]);
  freeMutex(faulty, where);
  return isRefused ? 'refused' : 'done';
}

/** A process that runs on keeps the mutex that it could not remove. */
function freeMutex({ root, injected }: Faults, where: string): void {
  const mutex = join(root.luaRoot, '.kongcrate/mutex');
  const isStuck = injected().some(
    ({ name, args }) => name === 'unlink' && String(args[0]).endsWith('/mutex'),
  );
  if (isStuck) rmSync(mutex, { force: true });
  expect(existsSync(mutex), where).toBe(false);
}

function checkRecovery(luaRoot: string, versions: Versions): void {
  if (!existsSync(join(luaRoot, '.kongcrate/tmp'))) return;
  recover(checkInstallRoot({ luaRoot }));
  const { files, count: operations } = countOperations();
  recover(checkInstallRoot({ luaRoot, files }));
  expect(operations()).toBe(0);
  expect(leftInTmp(luaRoot)).toEqual([]);
  expect(readVersions(luaRoot, NAMES)).toEqual(versions);
}

/** Directories below a Lua root that other users, such as Kong's workers, could not enter. */
function closedDirectories(luaRoot: string): readonly string[] {
  return readdirSync(luaRoot, { recursive: true })
    .map((path) => join(luaRoot, String(path)))
    .filter((path) => lstatSync(path).isDirectory() && !isOpen(path));
}

function isOpen(directory: string): boolean {
  return (lstatSync(directory).mode & 0o777) === 0o755;
}

it.each([
  [FAULTY_RUNS, 'failing', NAMED],
  [FAULTY_RUNS / 20, 'namelessly failing', NAMELESS],
] as const)('%i changes with %s operations leave old or new state', async (runs, what, errnos) => {
  const random = startSoak(`faults, ${what}`);
  const tally = { refused: 0, done: 0, faults: 0, without: 0 };
  for (let version = 1; tally.refused + tally.done < runs;) {
    const luaRoot = join(memoryDirectory(), 'lua');
    const history: Versions[] = [];
    for (let run = 0; run < RUNS_PER_ROOT; run += 1, version += 1) {
      const faulty = faultyRoot(luaRoot, random, errnos);
      const change = randomChange(random, history, `${version}`);
      const outcome = await runFaulty(faulty, change, history.at(-1) ?? ABSENT);
      if (outcome === 'done') history.push(change.after);
      tally.faults += faulty.injected().length;
      tally[faulty.injected().length === 0 ? 'without' : outcome] += 1;
      // Otherwise the next change finds what this one left behind.
      if (random.chance(0.3)) checkRecovery(luaRoot, history.at(-1) ?? ABSENT);
    }
    await checkNextChange(luaRoot, randomChange(random, history, `${version}`));
    rmSync(luaRoot, { recursive: true });
  }
  report(
    `${count(tally.refused + tally.done)} changes with ${count(tally.faults)} ${what} operations ` +
      `(${count(tally.refused)} refused with the old state in place, ${count(tally.done)} done all the same): 0 torn states`,
  );
  expect(tally.done).toBeGreaterThan(runs / 100);
});

async function checkNextChange(luaRoot: string, { run, after }: Change): Promise<void> {
  await run({ luaRoot });
  expect(readVersions(luaRoot, NAMES)).toEqual(after);
  expectClean(luaRoot);
  expect(closedDirectories(luaRoot)).toEqual([]);
}

it('a Lua root that a failed change made and left closed is opened by the next one', async () => {
  const luaRoot = join(memoryDirectory(), 'lua');
  const files = interceptOperations((operation) => {
    doHalf(operation);
    throw fault('EIO', operation);
  });
  const request = makeInstallable({ name: 'one', version: '1' });
  const install = (root: InstallRoot): Promise<unknown> =>
    installPlugins(root, [request], { compareVersions });
  await expectError(() => install({ luaRoot, files }), 'INSTALL_FAILED');
  expect(isOpen(luaRoot)).toBe(false);
  await install({ luaRoot });
  expect(isOpen(luaRoot)).toBe(true);
});
