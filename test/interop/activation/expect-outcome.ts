import { join } from 'node:path';
import { expect } from 'vitest';
import { isNew, type Cell, type Kind } from './cells.ts';
import type { Outcome } from './run-cell.ts';
import { FIRST_VERSION, IN_USE } from './start-cell.ts';

/** What Kong says, or what shows it. */
const WORDS: Readonly<Record<Exclude<Kind, 'good'>, RegExp>> = {
  syntax: /error loading module 'kong\.plugins\.NAME\.handler'.*unexpected symbol near '='/s,
  'missing-dependency':
    /error loading module 'kong\.plugins\.NAME\.handler'.*'no\.such\.module' not found/s,
  priority: /Plugin "NAME" .* PRIORITY field is not a valid integer number, got: "1\.5"/,
  version: /Plugin "NAME" .* VERSION field does not follow the "x\.y\.z" format, got: "1\.2\.3\.4"/,
  schema: /on plugin 'NAME': .*no_consumer: unknown field/s,
  'required-field': /with NAME: Failed parsing:.*'token': required field missing/s,
  'endless-loop': /with NAME: a plugin never returns while it is loaded/,
  'runtime-error':
    /NAME could not be activated: .*the probe \S+ answers 500; the node was rolled back/,
  'shell-variable':
    /NAME could not be activated: .*(HOME is not set|the old worker processes still serve).*; the node was rolled back/s,
};

/** 8: Kong would not load it; 9: the node did not serve with it; 15: nobody saw that it does. */
function exitStatusOf({ kind, node }: Cell): number {
  if (kind === 'good') return node === 'silent' ? 15 : 0;
  return kind === 'runtime-error' || kind === 'shell-variable' ? 9 : 8;
}

/** Demands what holds whether the new version went live or not, then the rest. */
export function expectOutcome(outcome: Outcome): void {
  const { cell, result, after } = outcome;
  expect(result.status, result.stderr).toBe(exitStatusOf(cell));
  expect(outcome.isTransactionOpen, 'a transaction is left').toBe(false);
  expect(outcome.dropped).toEqual([]);
  expect(new Set(outcome.lastAnswers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(after.workers).not.toEqual([]);
  if (cell.kind === 'good') expectLive(outcome);
  else expectAsBefore(outcome, cell.kind);
}

function expectLive(outcome: Outcome): void {
  const { cell, result, before, after, name, version } = outcome;
  const live = isNew(cell) ? FIRST_VERSION : version;
  expectServed(outcome, { all: [FIRST_VERSION, live], last: live });
  expect(outcome.answers.every(({ status }) => status === 200)).toBe(true);
  expect(after.status.plugins).toContainEqual(expect.objectContaining({ name, version }));
  expect(after.status.holds.map((hold) => hold.name)).toEqual(
    cell.path === 'rollback' ? [name] : [],
  );
  expect(after.status.quarantined).toEqual([]);
  expect(after.workers).not.toEqual(expect.arrayContaining([...before.workers]));
  if (isNew(cell)) expectListed(outcome);
  else expect(after.settings).toEqual(before.settings);
  if (cell.node === 'silent') expect(result.stderr).toContain('Nothing was rolled back');
  else expect(result.stderr).toContain('Kong serves it: workers, ready');
  // Only a node without a database tells what it has loaded.
  if (['traditional', 'data-plane'].includes(cell.node))
    expect(result.stderr).toContain('configuration not checked');
}

/** Every other setting stays; a node without kong.conf gets none. */
function expectListed({ cell, kong, before, after, name }: Outcome): void {
  const { prefix, kongConf } = kong.parts;
  const listed = (text = ''): string =>
    text.replace(`plugins = bundled,${IN_USE}\n`, `plugins = bundled,${IN_USE},${name}\n`);
  const env = join(prefix, '.kong_env');
  const conf = before.settings[kongConf];
  expect(after.settings).toEqual({
    ...before.settings,
    [env]: listed(before.settings[env]),
    [kongConf]: cell.settingsBy === 'environment' ? 'absent' : listed(conf),
  });
  expect(after.settings[env]).toContain(`${IN_USE},${name}\n`);
}

function expectAsBefore(outcome: Outcome, kind: Exclude<Kind, 'good'>): void {
  const { cell, result, before, after, name } = outcome;
  const isRolledBack = exitStatusOf(cell) === 9;
  expectServed(outcome, { all: [FIRST_VERSION], last: FIRST_VERSION });
  expectFailures(outcome, kind);
  expect(after.settings).toEqual(before.settings);
  expect(after.modules).toEqual(before.modules);
  expectFiles(outcome, isRolledBack);
  expect(after.status.holds).toEqual([]);
  expect(after.status.quarantined).toHaveLength(isRolledBack ? 1 : 0);
  if (!isRolledBack) expect(after.workers).toEqual(before.workers);
  expect(result.stdout).toBe('');
  expect(result.stderr).toMatch(new RegExp(WORDS[kind].source.replaceAll('NAME', name), 's'));
  expect(result.stderr).toMatch(isRolledBack ? /install --retry/ : /Nothing was switched/);
}

/** Only while a version serves that fails at run time does anybody see it: until the probe told. */
function expectFailures({ answers }: Outcome, kind: Kind): void {
  const failed = answers.filter(({ status }) => status !== 200).map(({ status }) => status);
  const seen = kind === 'runtime-error' ? [500] : [];
  expect([...new Set(failed)]).toEqual(seen);
}

/** An `install --no-activate` switched them before; what Kong refuses then stays for `rollback`. */
function expectFiles({ cell, before, after }: Outcome, isRolledBack: boolean): void {
  const versionsOf = ({ status }: Outcome['before']): readonly string[] =>
    status.plugins.map((plugin) => `${plugin.name} ${plugin.version ?? ''}`);
  const isBack = cell.path === 'activate' && isRolledBack;
  expect(versionsOf(after)).toEqual(isBack ? [`${IN_USE} ${FIRST_VERSION}`] : versionsOf(before));
}

interface Served {
  readonly all: readonly string[];
  readonly last: string;
}

function expectServed({ answers, lastAnswers }: Outcome, { all, last }: Served): void {
  const versionsIn = (some: typeof answers): ReadonlySet<unknown> =>
    new Set(
      some
        .filter(({ status }) => status === 200)
        .map(({ headers }) => headers[`x-${IN_USE}-version`]),
    );
  expect(versionsIn(answers)).toEqual(new Set(all));
  expect(versionsIn(lastAnswers)).toEqual(new Set([last]));
}
