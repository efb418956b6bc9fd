import { mkdirSync, realpathSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KongNode, NodePlace } from '../../../src/kong/node/kong-node.ts';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import { expectError } from '../../support/expect-error.ts';
import { run } from '../../support/run.ts';
import { startKong } from '../../support/stand-in-kong/start-kong.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A prefix with a kong.conf beside it, in which nothing runs. */
function makeNode(conf: string, place: Partial<NodePlace> = {}): KongNode {
  const prefix = temporaryDirectory();
  const kongConf = join(prefix, 'kong.conf');
  writeFileSync(kongConf, conf);
  return readKongNode({ prefix, kongConf, environment: {}, ...place });
}

describe('a node that does not run', () => {
  it('has the settings of kong.conf and environment', () => {
    const conf = 'database = off\nplugins = a, b # two\nlog_level = info\n';
    const node = makeNode(conf, {
      environment: { KONG_PLUGINS: 'bundled,c', kong_log_level: 'debug', KONG_PG_PASSWORD: 'p#1' },
    });
    expect(node.settingsFrom).toBe('configuration');
    expect(node.plugins).toEqual(['bundled', 'c']);
    expect(node.settings.get('log_level')).toBe('info');
    expect(node.settings.get('pg_password')).toBe('p#1');
    expect(node).toMatchObject({
      role: 'dbless',
      workerPids: [],
      workingDirectory: '/',
      unread: [],
    });
    expect(node).not.toHaveProperty('masterPid');
  });

  it('starts from kong.conf again after a stop, whatever .kong_env says', () => {
    const prefix = temporaryDirectory();
    writeFileSync(join(prefix, '.kong_env'), 'database = postgres\n');
    const node = makeNode('database = off\n', { prefix });
    expect([node.settingsFrom, node.role]).toEqual(['configuration', 'dbless']);
  });

  it.each([
    ['role = data_plane\ndatabase = off\n', 'data-plane'],
    ['role = control_plane\n', 'control-plane'],
    ['database = off\n', 'dbless'],
    ['', 'traditional'],
  ])('has the role that %j gives', (conf, role) => {
    expect(makeNode(conf).role).toBe(role);
  });

  it('has the role that the user gives', () => {
    expect(makeNode('', { role: 'data-plane' }).role).toBe('data-plane');
  });

  it('refuses a kong.conf that cannot be read', () =>
    expectError(() => makeNode('', { kongConf: '/' }), 'SOURCE_UNREADABLE'));

  it('names a pid file that leads to no Kong, and not a process of somebody else', () => {
    const prefix = temporaryDirectory();
    mkdirSync(join(prefix, 'pids'));
    writeFileSync(join(prefix, 'pids', 'nginx.pid'), `${process.pid}\n`);
    const node = makeNode('', { prefix });
    expect(node).not.toHaveProperty('masterPid');
    expect(node.unread).toEqual([
      expect.stringContaining('.kong_env'),
      `${prefix}/pids/nginx.pid names no Kong that we see`,
    ]);
  });
});

it('is not stopped by a FIFO that the user of the prefix put there', async () => {
  const prefix = temporaryDirectory();
  mkdirSync(join(prefix, 'pids'));
  for (const name of ['pids/nginx.pid', '.kong_env']) await run('mkfifo', [join(prefix, name)]);
  const node = makeNode('', { prefix });
  expect(node.unread[0]).toContain('.kong_env: it is a FIFO');
});

describe('the addresses of a node', () => {
  const listen = (conf: string, place: Partial<NodePlace> = {}): (string | undefined)[] => {
    const { adminUrl, statusUrl, controlPlaneUrl } = makeNode(conf, place);
    return [adminUrl?.href, statusUrl?.href, controlPlaneUrl?.href];
  };

  it("are Kong's own without a setting", () => {
    expect(listen('')).toEqual(['http://127.0.0.1:8001/', 'http://127.0.0.1:8007/', undefined]);
  });

  it.each([
    ['0.0.0.0:9001 reuseport backlog=16384, 0.0.0.0:9444 http2 ssl', 'http://127.0.0.1:9001/'],
    ['127.0.0.1:9444 ssl, [::]:9001', 'http://[::1]:9001/'],
    ['10.0.0.7:9444 ssl', undefined],
    ['off', undefined],
    ['unix:/run/admin.sock', undefined],
  ])('admin_listen = %s', (setting, url) => {
    expect(listen(`admin_listen = ${setting}\nstatus_listen = off\n`)[0]).toBe(url);
  });

  it('are those that the user gives', () => {
    const adminUrl = new URL('https://admin.example:8444/api');
    expect(listen('', { adminUrl, statusUrl: new URL('http://10.0.0.1:1/') })).toEqual([
      'https://admin.example:8444/api',
      'http://10.0.0.1:1/',
      undefined,
    ]);
  });

  it("hold no Admin API on a data plane; the one given is its control plane's", () => {
    const conf = 'role = data_plane\nadmin_listen = 127.0.0.1:8001\nstatus_listen = off\n';
    expect(listen(conf)).toEqual([undefined, undefined, undefined]);
    const given = listen(conf, { adminUrl: new URL('http://cp:8001/') });
    expect(given).toEqual([undefined, undefined, 'http://cp:8001/']);
  });
});

describe('the error log of a node', () => {
  it.each([
    ['', 'logs/error.log'],
    ['proxy_error_log = /var/log/kong.log\n', '/var/log/kong.log'],
    ['proxy_error_log = logs/x.log warn\n', 'logs/x.log'],
    ['proxy_error_log = /dev/stderr\n', undefined],
    ['proxy_error_log = stderr\n', undefined],
    ['proxy_error_log = syslog:server=10.0.0.1\n', undefined],
    ['proxy_error_log = off\n', undefined],
  ])('with %j is %s', (conf, expected) => {
    const { errorLog, prefix } = makeNode(conf);
    const relative = errorLog?.replace(`${prefix}/`, '');
    expect(relative).toBe(expected);
  });

  it('is none where an image has made it a link to stderr, which would be our own', () => {
    const prefix = temporaryDirectory();
    mkdirSync(join(prefix, 'logs'));
    const log = join(prefix, 'logs', 'error.log');
    symlinkSync('/dev/stderr', log);
    expect(makeNode('', { prefix })).not.toHaveProperty('errorLog');
    unlinkSync(log);
    symlinkSync('elsewhere.log', log);
    expect(makeNode('', { prefix }).errorLog).toBe(join(prefix, 'logs', 'elsewhere.log'));
    symlinkSync('/dev/stderr', join(prefix, 'logs', 'elsewhere.log'));
    expect(makeNode('', { prefix })).not.toHaveProperty('errorLog');
  });

  it('is none where links lead to a pipe', async () => {
    const prefix = temporaryDirectory();
    mkdirSync(join(prefix, 'logs'));
    symlinkSync('pipe', join(prefix, 'logs', 'error.log'));
    await run('mkfifo', [join(prefix, 'logs', 'pipe')]);
    expect(makeNode('', { prefix })).not.toHaveProperty('errorLog');
  });
});

describe('a node that runs', () => {
  it('is seen with its own settings and processes, configured by its environment alone', async () => {
    const kong = await startKong({
      settingsBy: 'environment',
      settings: { nginx_worker_processes: '2' },
    });
    const node = readKongNode({
      prefix: kong.prefix,
      kongConf: '/none.conf',
      environment: { KONG_PLUGINS: 'another', KONG_DATABASE: 'postgres' },
    });
    expect(node).toMatchObject({
      settingsFrom: 'running',
      role: 'dbless',
      masterPid: kong.masterPid(),
      plugins: ['bundled'],
      workingDirectory: realpathSync('.'),
      errorLog: join(kong.prefix, 'logs/error.log'),
      declarativeConfig: kong.parts.entities,
      luaPackagePath: `${kong.parts.luaRoot}/?.lua;${kong.parts.luaRoot}/?/init.lua;;`,
      unread: [],
    });
    expect(node.workerPids).toHaveLength(2);
    expect(node.workerPids).toEqual(kong.workerPids());
    expect([node.adminUrl?.origin, node.statusUrl?.origin]).toEqual([
      kong.adminUrl,
      kong.statusUrl,
    ]);
    const ownUid = process.getuid?.() ?? 0;
    expect(node.workersUser.uid === 0).toBe(false);
    if (ownUid !== 0) expect(node.workersUser.uid).toBe(ownUid);
    await kong.stop();
    const after = readKongNode({ prefix: kong.prefix, kongConf: '/none.conf', environment: {} });
    expect(after).toMatchObject({ workerPids: [] });
    expect(after).not.toHaveProperty('masterPid');
  });
});
