import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { perform, type Action } from '../crash/perform.ts';
import { interceptOperations, type Operation } from './intercept-operations.ts';
import { memoryDirectory } from './memory-directory.ts';

/**
 * Which directories hold names that a power loss could take: every name that comes or goes makes
 * its directory dirty, and only a sync of that directory makes it clean again.
 */
class NamesAtRisk {
  readonly #dirty = new Set<string>();

  note({ name, args }: Operation): void {
    const paths = args.filter((arg) => typeof arg === 'string');
    const [first = '', second = ''] = paths;
    if (name === 'syncDirectory') this.#dirty.delete(first);
    else if (name === 'rename' || name === 'link')
      for (const path of [first, second]) this.#dirty.add(dirname(path));
    else if (name === 'symlink') this.#dirty.add(dirname(second));
    else if (name !== 'setDirectoryMode') this.#dirty.add(dirname(first));
  }

  below(path: string): readonly string[] {
    return [...this.#dirty].filter((dirty) => `${dirty}/`.startsWith(`${path}/`));
  }
}

/** Runs a change; `atRename` sees what is at risk before each rename. */
async function watch(
  luaRoot: string,
  action: Action,
  atRename: (to: string, from: string, risk: NamesAtRisk) => void,
): Promise<void> {
  const risk = new NamesAtRisk();
  const files = interceptOperations((operation) => {
    const [from, to] = operation.args.map(String);
    if (operation.name === 'rename') atRename(to ?? '', from ?? '', risk);
    operation.run();
    risk.note(operation);
  });
  const plugins = [{ name: 'one', version: '3' }];
  await perform({ luaRoot, files, keepGenerations: 2 }, { action, plugins });
}

/** ATTACKS.md I6: a rename must not reach the disk before what it makes visible. */
describe.each(['install', 'rollback', 'remove'] as const)('the order of %s', (action) => {
  it('has everything on the disk before the switch, and the switch before anything goes', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    const state = join(luaRoot, '.kongcrate');
    for (const version of ['1', '2'])
      await perform({ luaRoot }, { action: 'install', plugins: [{ name: 'one', version }] });
    const seen: string[] = [];
    await watch(luaRoot, action, (to, from, risk) => {
      expect(risk.below(from), `inside of what becomes ${to}`).toEqual([]);
      const atRisk = risk.below(luaRoot).filter((path) => path !== join(state, 'tmp'));
      if (to === join(state, 'current')) {
        // The mutex was made there, and must not outlive a power loss anyway.
        expect(atRisk.filter((path) => path !== state)).toEqual([]);
        seen.push('switch');
      } else if (from.startsWith(join(state, 'generations'))) {
        expect(atRisk, 'the switch is on the disk before an old generation goes').toEqual([]);
        seen.push('prune');
      }
    });
    expect(seen).toEqual(['switch', 'prune']);
  });
});
