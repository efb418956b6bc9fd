import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wholeOf } from '../../src/content/byte-source.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { inspectSource, listPlugins } from '../../src/workflows/inspect-source.ts';
import { packPlugin } from '../../src/workflows/pack-plugin.ts';
import { HANDLER, rockspec, SCHEMA } from '../plugin/source-of.ts';
import { fc } from '../support/properties.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const OUTSIDE = 'what stands outside';
const LIMITS = { maxFiles: 30, maxUnpackedBytes: 100_000 };

const directory = fc
  .array(fc.constantFrom('kong', 'kong/plugins', 'a', 'b', 'a-b', 'src', 'spec', '日本', 'x.bak'), {
    maxLength: 4,
  })
  .map((parts) => parts.join('/'));
const file = fc.constantFrom(
  ...['handler.lua', 'schema.lua', 'handler/init.lua', 'daos.lua', 'x.rockspec', 'y.rockspec'],
  ...['.kongcrateignore', 'README.md', 'words.lua', 'a.tar.gz', 'oci-layout', 'data.json'],
);
const module = fc.tuple(
  fc.constantFrom('kong.plugins.a.handler', 'kong.plugins.b.schema', 'x', '', '..', 'kong.init'),
  fc.constantFrom('handler.lua', 'src/handler.lua', '../outside/a.lua', '/etc/passwd', 'x.c', ''),
);
const text = fc.oneof(
  fc.constantFrom(HANDLER, SCHEMA, '*', '!*\n/**/', `require "kong.plugins.a.x" ${HANDLER}`),
  fc
    .tuple(fc.constantFrom('a', 'b', 'x'), fc.constantFrom('1-1', 'scm-1', '2.0'), fc.array(module))
    .map(([name, version, modules]) =>
      rockspec(name, version, modules.map(([key, from]) => `["${key}"] = "${from}"`).join(',')),
    ),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => `return ${'{'.repeat(depth)}`),
  fc.string({ unit: 'binary' }),
);
const target = fc.constantFrom('../outside', '../outside/a.lua', '..', '.', '/', 'nowhere');
interface Entry {
  readonly path: string;
  readonly text: string;
  /** What it is a link to, in place of a file. */
  readonly link: string | null;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  path: fc.tuple(directory, file).map(([above, name]) => join(above, name)),
  text,
  link: fc.option(target, { freq: 6 }),
});

const whole = directory.map((above) =>
  Object.entries({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA }).map(([name, content]) => ({
    path: join(above, name),
    text: content,
    link: null,
  })),
);
/** Half of them begin with a plugin that something may be wrong with then. */
const entries = fc
  .tuple(fc.option(whole, { freq: 2 }), fc.array(entry, { maxLength: 8 }))
  .map(([first, rest]) => [...(first ?? []), ...rest]);

/** A source with a directory beside it that nothing may come from. */
function write(written: readonly Entry[]): string {
  const top = temporaryDirectory();
  const source = join(top, 'source');
  mkdirSync(source);
  mkdirSync(join(top, 'outside'));
  for (const name of ['a.lua', 'handler.lua', 'schema.lua'])
    writeFileSync(join(top, 'outside', name), `-- ${OUTSIDE}\n${HANDLER}`);
  for (const { path, text: content, link } of written) {
    try {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      if (link === null) writeFileSync(join(source, path), content);
      else symlinkSync(link, join(source, path));
    } catch {
      // A path of another entry is in the way.
    }
  }
  return source;
}

/** What a call gives, or nothing where it refuses; any other failure is one of the test. */
async function orRefused<Result>(
  call: () => Result | Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof KongcrateError) return undefined;
    throw error;
  }
}

describe('pack', () => {
  it('packs or refuses any directory, and nothing from outside of it', async () => {
    let packed = 0;
    const check = async (written: readonly Entry[]): Promise<void> => {
      const source = write(written);
      const names = (await orRefused(() => listPlugins(source))) ?? ['a'];
      for (const name of names) {
        const options = { name, version: '1.0.0', limits: LIMITS };
        const found = await orRefused(() => inspectSource(source, options));
        for (const { bytes } of found?.files ?? [])
          expect(Buffer.from(wholeOf(bytes)).includes(OUTSIDE)).toBe(false);
        if ((await orRefused(() => packPlugin(source, options))) !== undefined) packed += 1;
      }
      rmSync(dirname(source), { recursive: true });
    };
    await fc.assert(fc.asyncProperty(entries, check), { numRuns: 100 });
    expect(packed).toBeGreaterThan(0);
  });
});
