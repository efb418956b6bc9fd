import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../src/system/find-program.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { publish } from '../support/published.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const TOKEN = 'correct horse';
const HEADER = ['--admin-header', `Kong-Admin-Token: ${TOKEN}`];
const LIST = 'plugins = bundled,canary\n';
const ENTITIES = {
  _format_version: '3.0',
  services: [{ name: 'echo', routes: [{ name: 'everything', paths: ['/'] }] }],
  plugins: [{ name: 'canary', enabled: false }],
};

/** A `kong` that ends kongcrate when it is told to reload: before it does, or right after. */
function writeKiller(environment: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  const real = findProgram('kong', environment) ?? '';
  const killer = join(directory, 'kong');
  writeFileSync(
    killer,
    `#!/bin/sh
case "$KILL $1" in
  "before reload") kill -9 $PPID ;;
  "after reload") '${real}' "$@"; kill -9 $PPID ;;
  *) exec '${real}' "$@" ;;
esac
`,
  );
  chmodSync(killer, 0o755);
  return [directory, environment['PATH']].join(delimiter);
}

function canaryRoot(): string {
  const luaRoot = openDirectory();
  writePlugin(luaRoot, 'canary');
  return luaRoot;
}

describeWithPeers(['luajit'], 'disable and remove on a running node', () => {
  const luaRoot = openDirectory();
  let kong: KongNode;

  beforeAll(async () => {
    const { reference } = await publish({ name: 'canary' });
    await kongcrate(['install', reference, '--allow-unsigned', '--lua-root', luaRoot]);
    const plugins = ['bundled', 'canary'];
    const start = { luaRoot, plugins, entities: ENTITIES, adminToken: TOKEN };
    kong = await startKong({ ...start, role: 'traditional' });
  });

  const call = (
    command: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunResult> => {
    const { prefix, kongConf, environment } = kong.parts;
    const place = ['--kong-conf', kongConf, '--prefix', prefix, ...HEADER];
    return runKongcrate([command, 'canary', ...place, '--lua-root', luaRoot, ...args], {
      env: { ...environment, ...env },
    });
  };
  const conf = (): string => readFileSync(kong.parts.kongConf, 'utf8');
  const hasFiles = (): boolean => existsSync(join(luaRoot, 'kong/plugins/canary/handler.lua'));

  it.each(['disable', 'remove'])(
    '%s: an entity that is switched off is a use too',
    async (name) => {
      const { status, stdout, stderr } = await call(name, ['--verbose']);
      expect({ status, stdout }).toEqual({ status: 18, stdout: '' });
      expect(stderr).toMatch(
        /^error: canary is in use: canary \(global\) http:\S+\/plugins\/\S+\n {2}→ Delete them/m,
      );
      expect(stderr).toContain(`GET ${kong.adminUrl}/plugins?size=***`);
      expect(stderr).not.toContain(TOKEN);
      expect(conf()).toContain(LIST);
      expect(hasFiles()).toBe(true);
    },
  );

  it('disable --no-activate: kong.conf alone, after the same question', async () => {
    expect((await call('disable', ['--no-activate'])).status).toBe(18);
    const before = conf();
    const { status, stderr } = await call('disable', ['--no-activate', '--assume-unused']);
    expect(status).toBe(0);
    expect(stderr).toContain(`KONG_PLUGINS=bundled kong reload -p ${kong.prefix}`);
    expect(conf()).toBe(before.replace('bundled,canary', 'bundled'));
    expect(kong.kongEnv()).toContain(LIST);
    writeFileSync(kong.parts.kongConf, before);
  });

  it('remove: killed in its reload and in the one that undoes it, is undone and done by the next one', async () => {
    const { data } = JSON.parse((await kong.admin('/plugins')).body) as { data: { id: string }[] };
    for (const { id } of data) await kong.admin(`/plugins/${id}`, { method: 'DELETE' });
    const PATH = writeKiller(kong.parts.environment);
    const client = kong.continuousClient();
    expect((await call('remove', [], { PATH, KILL: 'before' })).signal).toBe('SIGKILL');
    expect(kong.kongEnv()).toContain(LIST);
    expect(hasFiles()).toBe(true);
    expect((await call('remove', [], { PATH, KILL: 'after' })).signal).toBe('SIGKILL');
    expect(hasFiles()).toBe(true);
    const { status, stdout, stderr } = await call('remove');
    await client.stop();
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('an activation of canary was cut off');
    expect(stdout.split('\n')).toEqual([
      `changed ${kong.parts.kongConf}`,
      `- ${LIST.trim()}`,
      '+ plugins = bundled',
      expect.stringMatching(/^removed canary 1\.0\.0 sha256:/),
      '',
    ]);
    expect(stderr).toContain(`nothing uses canary, by the Admin API at ${kong.adminUrl}`);
    expect(hasFiles()).toBe(false);
    expect(client.failures).toEqual([]);
    expect((await kong.admin('/')).body).not.toContain('canary');
    expect(await call('remove')).toMatchObject({ status: 11 });
  });
});

describeWithPeers(['luajit'], 'disable on a node that tells nothing', () => {
  it('is exit 15, and says what is missing', async () => {
    const settings = { admin_listen: 'off', status_listen: 'off' };
    const node = await startKong({
      settings,
      plugins: ['bundled', 'canary'],
      entities: {
        _format_version: '3.0',
      },
      luaRoot: canaryRoot(),
    });
    const { prefix, kongConf, environment, luaRoot } = node.parts;
    const place = ['--kong-conf', kongConf, '--prefix', prefix, '--lua-root', luaRoot];
    const result = await runKongcrate(['disable', 'canary', ...place], { env: environment });
    expect(result.stderr).toMatch(/warning: .*does not show that it serves: nobody answers at/);
    expect(result.status).toBe(15);
    expect(result.stdout).toContain(`changed ${kongConf}\n`);
  });
});

describe('the flags of disable', () => {
  it.each<readonly string[]>([
    ['--admin-header', 'Kong-Admin-Token hunter2'],
    ['--admin-header', 'a: hunter2\nb: c'],
    ['--admin-url', 'http://kong:hunter2@127.0.0.1:8001'],
    ['--admin-url', '127.0.0.1:8001'],
    ['--probe-for', '5'],
    ['--probe', 'http://kong:hunter2@127.0.0.1:8000/'],
    ['--probe', 'HTTP://127.0.0.1:80000/'],
    ['--no-activate', '--probe', 'true'],
  ])('%s %j is a usage error, which shows no secret', async (...flags) => {
    const { status, stdout, stderr } = await runKongcrate(['disable', 'canary', ...flags]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toContain('hunter2');
  });
});
