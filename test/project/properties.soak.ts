import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../support/run.ts';
import { count, report, startSoak } from '../support/soak.ts';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const SEEDS = 20;

/** The tests that use properties, themselves or by a helper of theirs. */
function findPropertyTests(): readonly string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) =>
      /\/(?:properties|file-trees|flipped-tars)\.ts'/.test(
        readFileSync(join(ROOT, 'test', path), 'utf8'),
      ),
    )
    .map((path) => join('test', path));
}

it('every property holds for other random inputs', async () => {
  const random = startSoak('properties');
  const files = findPropertyTests();
  expect(files.length).toBeGreaterThan(10);
  for (let round = 0; round < SEEDS; round++) {
    const env = { KONGCRATE_SEED: String(random.below(2 ** 31)) };
    const result = await run(process.execPath, [VITEST, 'run', ...files], { cwd: ROOT, env });
    expect(result, JSON.stringify(env)).toMatchObject({ status: 0 });
  }
  report(`properties: ${files.length} test files, each with ${count(SEEDS)} seeds`);
});
