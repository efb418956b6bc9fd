import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { moduleNameOf } from '../../src/plugin/plugin-tree.ts';
import { lintSource, listPlugins } from '../../src/workflows/inspect-source.ts';
import { makeKey } from '../signing/support.ts';
import { publishAndInstall, searchModules } from '../support/load-published.ts';
import { describeWithPeers } from '../support/peers.ts';
import { report } from '../support/soak.ts';

const SOURCES = process.env['KONGCRATE_CORPUS'] ?? '';
/** A repository can hold hundreds of unrelated files; 30 s are for one that is searched badly. */
const MAX_SECONDS = 30;

const counts = new Map<string, number>();

function tally(outcome: string, where: string, why = ''): void {
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (outcome.startsWith('refused')) report(`${where}: ${outcome}: ${why.slice(0, 500)}`);
}

/** What is refused is told by its code and rules; any other error is a fault. */
function orRefused<Result>(where: string, act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof KongcrateError)) throw error;
    const reason = typeof error.details['reason'] === 'string' ? error.details['reason'] : '';
    tally(`refused: ${error.code} ${reason}`, where, error.message);
    return undefined;
  }
}

/** The Lua files of a plugin that can be packed, below the Lua root. */
function soundFiles(source: string, name: string): readonly string[] {
  const where = `${source}: ${name}`;
  const linted = orRefused(where, () => lintSource(source, { name }));
  if (linted === undefined) return [];
  const errors = linted.findings.filter(({ severity }) => severity === 'error');
  const rules = [...new Set(errors.map(({ rule }) => rule))].sort();
  if (errors.length > 0) {
    tally(`refused: ${rules.join(', ')}`, where, errors.map(({ message }) => message).join('; '));
    return [];
  }
  return linted.files.map(({ path }) => path).filter((path) => path.endsWith('.lua'));
}

/** All Lua files of a repository, to tell that a module's bytes are those of one of them. */
function luaFilesOf(source: string): ReadonlySet<string> {
  const entries = readdirSync(source, { recursive: true, withFileTypes: true });
  return new Set(
    entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.lua'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'hex')),
  );
}

if (SOURCES === '')
  report('SKIPPED plugins: set KONGCRATE_CORPUS to a directory of unpacked repositories');

describeWithPeers(['luajit'], 'plugins of other people', () => {
  it.skipIf(SOURCES === '')('load as they stand in the source, or are refused', async () => {
    const key = await makeKey();
    for (const repository of readdirSync(SOURCES).sort()) {
      const source = join(SOURCES, repository);
      const start = performance.now();
      const names = orRefused(source, () => listPlugins(source)) ?? [];
      expect((performance.now() - start) / 1000, source).toBeLessThan(MAX_SECONDS);
      tally('repositories', source);
      const texts = names.length > 0 ? luaFilesOf(source) : new Set<string>();
      for (const name of names) {
        const paths = soundFiles(source, name);
        if (paths.length === 0) continue;
        const luaRoot = await publishAndInstall(source, { key, name });
        const found = await searchModules(paths.map((path) => [luaRoot, moduleNameOf(path)]));
        expect(found).toHaveLength(paths.length);
        for (const [index, bytes] of found.entries())
          expect(texts.has(bytes.toString('hex')), `${source}: ${paths[index] ?? ''}`).toBe(true);
        tally('packed, published, installed and found by luajit', source);
        counts.set('modules', (counts.get('modules') ?? 0) + paths.length);
      }
    }
    report(`plugins: ${JSON.stringify(Object.fromEntries(counts), undefined, 1)}`);
  });
});
