import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { preflight, type PreflightResult } from '../../../src/kong/activation/preflight.ts';
import type { KongNode } from '../../../src/kong/node/kong-node.ts';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import { expectError } from '../../support/expect-error.ts';
import { listTree } from '../../support/list-tree.ts';
import type { KongNode as RunningKong } from '../../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin, type PluginKind } from '../../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { look, send, staged } from './support.ts';

const LIST = ['bundled', 'canary'];
const luaRoot = openDirectory();
let kong: RunningKong;
let node: KongNode;

beforeAll(async () => {
  writePlugin(luaRoot, 'canary');
  kong = await startKong({ luaRoot, plugins: LIST, settingsBy: 'environment' });
  node = look(kong);
});

interface Trial {
  readonly plugins?: readonly string[];
  readonly goneFiles?: readonly string[];
  readonly node?: KongNode;
  readonly environment?: Readonly<Record<string, string>>;
  readonly configFile?: string;
  readonly timeoutMs?: number;
}

/** The preflight of a tree that `write` fills. */
function judge(write: (root: string) => void, trial: Trial = {}): Promise<PreflightResult> {
  const { plugins = LIST, goneFiles = [], environment, node: judged = node, ...options } = trial;
  const change = staged(plugins, { goneFiles });
  write(change.luaPaths[0] ?? '');
  return preflight(judged, change, {
    send,
    environment: { ...kong.parts.environment, ...environment },
    ...options,
  });
}

const canary =
  (kind: PluginKind) =>
  (root: string): string =>
    writePlugin(root, 'canary', { version: '2.0.0', kind });

describe('a plugin that would load', () => {
  it('passes with the settings of the running node, judged by its own configuration', async () => {
    const before = [kong.kongEnv(), readdirSync(kong.prefix)];
    const scratch = temporaryDirectory();
    // Variables of this shell have no say: the node runs with others.
    const environment = { TMPDIR: scratch, KONG_DATABASE: 'nonsense', KONG_ROLE: 'nonsense' };
    const result = await judge(canary('good'), { environment });
    expect(result).toEqual({ plugins: 'loaded', configuration: 'declarative-config' });
    expect([kong.kongEnv(), readdirSync(kong.prefix)]).toEqual(before);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('passes though another one is listed twice, or off comes later', async () => {
    const trial = { plugins: ['bundled', 'canary', 'key-auth', 'off', 'canary'] };
    expect(await judge(canary('good'), trial)).toMatchObject({ plugins: 'loaded' });
  });

  it('is found where it is live, if the change does not touch it', async () => {
    expect(await judge(() => undefined)).toMatchObject({ plugins: 'loaded' });
  });
});

describe("a plugin that would not load is refused with Kong's words", () => {
  it.each<[PluginKind, RegExp]>([
    ['syntax', /unexpected symbol near '='/],
    ['missing-dependency', /module 'no\.such\.module' not found/],
    ['priority', /its PRIORITY field is not a valid integer number, got: "1\.5"/],
    ['version', /its VERSION field does not follow the "x\.y\.z" format/],
    ['schema', /no_consumer: unknown field/],
    ['required-field', /token.*required field missing/],
  ])('%s', async (kind, words) => {
    const before = listTree(kong.prefix);
    const error = await expectError(() => judge(canary(kind)), 'PLUGIN_REFUSED');
    expect(error.message).toMatch(words);
    expect(error.message).not.toMatch(/Run with --v|^Error/);
    expect(error.details).toMatchObject({ reason: 'PREFLIGHT', plugins: ['canary'] });
    expect(error.remedy).toMatch(/^Nothing was switched/);
    expect(listTree(kong.prefix)).toEqual(before);
  });

  it('endless loop: ended after the time that is allowed', async () => {
    const trial = { timeoutMs: 1_500 };
    const error = await expectError(() => judge(canary('endless-loop'), trial), 'PLUGIN_REFUSED');
    expect(error.message).toMatch(/never returns while it is loaded/);
    expect(error.details).toMatchObject({ reason: 'PREFLIGHT_TIMEOUT' });
  });

  it('a module that the change takes away, though it is still there', async () => {
    const write = (root: string): void => {
      const file = join(canary('good')(root), 'handler.lua');
      writeFileSync(file, `require("kong.plugins.canary.old")\n${readFileSync(file, 'utf8')}`);
    };
    const old = join(luaRoot, 'kong/plugins/canary/old.lua');
    writeFileSync(old, 'return {}\n');
    expect(await judge(write)).toMatchObject({ plugins: 'loaded' });
    const trial = { goneFiles: ['kong/plugins/canary/old.lua'] };
    const error = await expectError(() => judge(write, trial), 'PLUGIN_REFUSED');
    expect(error.message).toContain("module 'kong.plugins.canary.old' not found");
    rmSync(old);
  });

  it('a plugin that is configured and to be listed no more', async () => {
    const trial = { plugins: ['bundled'] };
    const error = await expectError(() => judge(() => undefined, trial), 'PLUGIN_REFUSED');
    expect(error.message).toMatch(/plugin 'canary' not enabled/);
  });

  it('the useless words of Kong over a plugin that it does not bring along', async () => {
    const change = { ...staged([...LIST, 'of-another-kong']), isBundled: () => true };
    const options = { send, environment: kong.parts.environment };
    const error = await expectError(() => preflight(node, change, options), 'PLUGIN_REFUSED');
    expect(error.message).toMatch(
      /finds no handler or no schema of a listed plugin \(it says only: attempt to index upvalue/,
    );
  });
});

describe('without a kong program', () => {
  const environment = { PATH: '/nowhere' };

  it('only our own checks are done, and that is said', async () => {
    expect(await judge(canary('syntax'), { environment })).toEqual({
      plugins: 'not loaded: no kong program',
      configuration: 'not-checked',
    });
    const goneFiles = ['handler', 'schema'].map((part) => `kong/plugins/canary/${part}.lua`);
    const trial = { goneFiles, environment };
    const error = await expectError(() => judge(() => undefined, trial), 'PLUGIN_REFUSED');
    expect(error.details).toMatchObject({ reason: 'ABSENT', plugin: 'canary' });
  });
});

describe('the configuration that is judged', () => {
  const refusesField = async (trial: Trial): Promise<void> => {
    const error = await expectError(() => judge(canary('required-field'), trial), 'PLUGIN_REFUSED');
    expect(error.message).toMatch(
      /^Kong refuses .* with canary: Failed parsing.*required field missing/,
    );
  };

  it('is what the Admin API hands out where there is no file', async () => {
    const { declarativeConfig, ...posted } = node;
    expect(declarativeConfig).toBeDefined();
    await refusesField({ node: posted });
    expect(await judge(canary('good'), { node: posted })).toEqual({
      plugins: 'loaded',
      configuration: 'admin-api',
    });
  });

  it('is the file that was named', async () => {
    const configFile = join(temporaryDirectory(), 'own.yml');
    writeFileSync(configFile, '_format_version: "3.0"\n');
    const trial = { configFile };
    expect(await judge(canary('required-field'), trial)).toMatchObject({
      configuration: 'named-file',
    });
    writeFileSync(configFile, '_format_version: "3.0"\nplugins:\n- name: canary\n');
    await refusesField(trial);
  });

  it('is none on a data plane, and said; nothing is asked over the network', async () => {
    const { declarativeConfig, ...dataPlane } = { ...node, role: 'data-plane' as const };
    expect(declarativeConfig).toBeDefined();
    const silent = (): never => expect.unreachable();
    const change = staged(LIST);
    canary('required-field')(change.luaPaths[0] ?? '');
    const options = { send: silent, environment: kong.parts.environment };
    expect(await preflight(dataPlane, change, options)).toEqual({
      plugins: 'loaded',
      configuration: 'not-checked',
    });
  });
});

describe('a node that does not run', () => {
  it('is judged by kong.conf and environment, a control plane without its database', async () => {
    const prefix = temporaryDirectory();
    const kongConf = join(prefix, 'kong.conf');
    const path = `${luaRoot}/?.lua;${luaRoot}/?/init.lua;;`;
    writeFileSync(kongConf, `role = control_plane\nlua_package_path = ${path}\n`);
    mkdirSync(join(prefix, 'logs'));
    const environment = { ...kong.parts.environment, KONG_PLUGINS: 'canary' };
    const stopped = readKongNode({ prefix, kongConf, environment });
    const options = { send, environment };
    expect(await preflight(stopped, staged(stopped.plugins), options)).toEqual({
      plugins: 'loaded',
      configuration: 'not-checked',
    });
    const broken = staged(stopped.plugins);
    canary('syntax')(broken.luaPaths[0] ?? '');
    await expectError(() => preflight(stopped, broken, options), 'PLUGIN_REFUSED');
  });
});
