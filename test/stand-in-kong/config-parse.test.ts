/** KONG.md 1.4: `kong config parse`, the one offline preflight, and what it does not say. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { run, type RunResult } from '../support/run.ts';
import { standInEnvironment } from '../support/stand-in-kong/kong-program.ts';
import { openDirectory } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';

describeWithPeers(['luajit'], 'kong config parse', () => {
  let staging: string;
  const parse = (plugins: string): Promise<RunResult> =>
    parseWith({
      KONG_PREFIX: join(openDirectory(), 'p'),
      KONG_DATABASE: 'off',
      KONG_PLUGINS: plugins,
      KONG_LUA_PACKAGE_PATH: `${staging}/?.lua;${staging}/?/init.lua;;`,
    });
  const parseWith = (settings: Readonly<Record<string, string>>): Promise<RunResult> =>
    run('kong', ['config', 'parse', join(staging, 'empty.yml')], {
      env: { ...standInEnvironment(), ...settings },
    });

  beforeAll(() => {
    staging = openDirectory();
    writeFileSync(join(staging, 'empty.yml'), '_format_version: "3.0"\n');
    writePlugin(staging, 'good');
    for (const kind of ['syntax', 'missing-dependency', 'priority', 'version', 'schema'] as const)
      writePlugin(staging, kind, { kind });
  });

  it('config parse loads every listed plugin: the one offline preflight', async () => {
    expect(await parse('bundled,good')).toMatchObject({ status: 0, stdout: 'parse successful\n' });
  });

  it.each([
    ['syntax', "error loading module 'kong.plugins.syntax.handler'"],
    ['missing-dependency', "module 'no.such.module' not found"],
    ['priority', 'PRIORITY field is not a valid integer number, got: "1.5".'],
    ['version', 'VERSION field does not follow the "x.y.z" format, got: "1.2.3.4".'],
    ['schema', 'no_consumer: unknown field'],
    ['absent', "attempt to index upvalue 'kong' (a nil value)"],
  ])('config parse refuses a plugin with its fault: %s', async (name, text) => {
    const { status, stderr } = await parse(`bundled,good,${name}`);
    expect(status).toBe(1);
    expect(stderr).toContain(text);
  });

  it('config parse says the same useless text where the schema is absent', async () => {
    rmSync(join(writePlugin(staging, 'half'), 'schema.lua'));
    expect((await parse('half')).stderr).toContain("attempt to index upvalue 'kong' (a nil value)");
  });

  it('config parse takes the settings of a prefix that was prepared', async () => {
    const prefix = join(openDirectory(), 'p');
    const env = { ...standInEnvironment(), KONG_PLUGINS: 'absent' };
    await run('kong', ['prepare', '-p', prefix], { env });
    const { stderr } = await parseWith({ KONG_PREFIX: prefix });
    expect(stderr).toContain("attempt to index upvalue 'kong'");
    const { status } = await parseWith({ KONG_PREFIX: prefix, KONG_PLUGINS: 'bundled' });
    expect(status).toBe(0);
  });
});
