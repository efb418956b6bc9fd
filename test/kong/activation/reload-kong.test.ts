import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { restoreGenerated, saveGenerated } from '../../../src/kong/activation/generated-files.ts';
import { prepareKong } from '../../../src/kong/activation/prepare-kong.ts';
import { reloadKong, restartKong } from '../../../src/kong/activation/reload-kong.ts';
import { expectError } from '../../support/expect-error.ts';
import type { KongNode as RunningKong } from '../../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { generated, look } from './support.ts';

const luaRoot = openDirectory();
let kong: RunningKong;
let asStarted: Readonly<Record<string, string>>;
/** Another shell's variables, which are not those that the node was started with. */
const foreign = (): Record<string, string> => ({
  ...kong.parts.environment,
  KONG_DATABASE: 'postgres',
  KONG_PLUGINS: 'nonsense',
  KONG_LOG_LEVEL: 'debug',
});

async function served(header: string): Promise<unknown> {
  return (await kong.request()).headers[header];
}

/** Longer than any reload takes. */
const PATIENCE = { timeout: 30_000 };

beforeAll(async () => {
  writePlugin(luaRoot, 'canary');
  writePlugin(luaRoot, 'second');
  const plugins = ['bundled', 'canary'];
  kong = await startKong({ luaRoot, plugins, settingsBy: 'environment' });
  asStarted = generated(kong.prefix);
});

describe('a node that was configured by its environment alone', () => {
  it('stays as it was, byte for byte, over a plain reload from any shell', async () => {
    const workers = kong.workerPids();
    writePlugin(luaRoot, 'canary', { version: '1.1.0' });
    expect(await reloadKong(look(kong), { environment: foreign() })).toEqual({ done: true });
    await expect.poll(() => served('x-canary-version'), PATIENCE).toBe('1.1.0');
    // A new worker serves a moment before it has the title of one.
    await expect.poll(() => kong.workerPids(), PATIENCE).not.toEqual(workers);
    expect(generated(kong.prefix)).toEqual(asStarted);
  });

  it('gets another list and keeps every other setting; what was saved is put back', async () => {
    const saved = join(temporaryDirectory(), 'saved');
    saveGenerated(kong.prefix, saved);
    const plugins = ['bundled', 'canary', 'second'];
    expect(await reloadKong(look(kong), { environment: foreign(), plugins })).toEqual({
      done: true,
    });
    await expect
      .poll(async () => (await kong.admin('/plugins/enabled')).body, PATIENCE)
      .toContain('second');
    const changed = (asStarted['.kong_env'] ?? '').replace('bundled,canary', plugins.join());
    expect(generated(kong.prefix)['.kong_env']).toBe(changed);
    restoreGenerated(kong.prefix, saved);
    expect(generated(kong.prefix)).toEqual(asStarted);
  });

  it('gets another Lua path', async () => {
    const pinned = openDirectory();
    writePlugin(pinned, 'canary', { version: '1.2.0' });
    const luaPackagePath = `${pinned}/?.lua;${look(kong).luaPackagePath}`;
    await reloadKong(look(kong), { environment: foreign(), luaPackagePath });
    await expect.poll(() => served('x-canary-version'), PATIENCE).toBe('1.2.0');
    expect(look(kong).luaPackagePath).toBe(luaPackagePath);
    await reloadKong(look(kong), {
      environment: foreign(),
      luaPackagePath: luaPackagePath.slice(pinned.length + 7),
    });
    expect(generated(kong.prefix)).toEqual(asStarted);
  });

  it('is not prepared from a shell that knows nothing of it', async () => {
    const options = { environment: kong.parts.environment, mayChange: ['plugins'] };
    const error = await expectError(() => prepareKong(look(kong), options), 'USAGE');
    expect(error.details['keys']).toEqual(expect.arrayContaining(['database', 'proxy_listen']));
    expect(error.details['keys']).not.toContain('plugins');
    expect(error.message).not.toContain(String(kong.parts.ports.proxy));
    expect(generated(kong.prefix)).toEqual(asStarted);
  });

  it('is restarted with the settings that it runs with', async () => {
    const { masterPid } = look(kong);
    expect(await restartKong(look(kong), { environment: foreign() })).toEqual({ done: true });
    expect(look(kong).masterPid).not.toBe(masterPid);
    expect(generated(kong.prefix)).toEqual(asStarted);
    expect(await served('x-canary-version')).toBe('1.1.0');
  });
});

describe("a command of Kong's that fails", () => {
  it("is told with Kong's words", async () => {
    const node = { ...look(kong), prefix: temporaryDirectory() };
    const outcome = await reloadKong(node, { environment: kong.parts.environment });
    expect(outcome).toMatchObject({ done: false });
    expect(JSON.stringify(outcome)).toMatch(
      /kong reload -p .*: exit 1: Error: Kong is not running/,
    );
  });

  it('is not tried without the program', () =>
    expectError(() => reloadKong(look(kong), { environment: {} }), 'NOT_FOUND'));
});

describe('a node that was configured by its kong.conf', () => {
  it('is prepared where only what may change would change, and not otherwise', async () => {
    const root = openDirectory();
    writePlugin(root, 'canary');
    const node = await startKong({ luaRoot: root, plugins: ['bundled'] });
    const { kongConf, environment } = node.parts;
    const place = { kongConf };
    const before = generated(node.prefix);
    const conf = readFileSync(kongConf, 'utf8').replace(
      'plugins = bundled',
      'plugins = bundled,canary',
    );
    writeFileSync(kongConf, `${conf}log_level = debug\npg_password = secret\n`);
    const options = { environment, mayChange: ['plugins'] };
    const error = await expectError(() => prepareKong(look(node, place), options), 'USAGE');
    expect(error.details['keys']).toEqual(['log_level', 'pg_password']);
    expect(error.message).not.toContain('secret');
    expect(generated(node.prefix)).toEqual(before);
    writeFileSync(kongConf, conf);
    expect(await prepareKong(look(node, place), options)).toEqual({ done: true });
    expect(look(node, place).plugins).toEqual(['bundled', 'canary']);
    writeFileSync(kongConf, 'database = nonsense\n');
    expect(await prepareKong(look(node, place), options)).toMatchObject({ done: false });
  });
});
