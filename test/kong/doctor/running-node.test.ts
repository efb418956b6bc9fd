/** What a node shows that runs, or ran: KONG.md 1.1, 1.4, 1.8. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { NodePlace } from '../../../src/kong/node/kong-node.ts';
import { describeWithPeers } from '../../support/peers.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { failReload, reloadKong } from '../../support/stand-in-kong/reload-kong.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin, type PluginKind } from '../../support/stand-in-kong/write-plugin.ts';
import { examine, type Examined } from './support.ts';

function look(
  kong: KongNode,
  log?: string,
  environment: NodePlace['environment'] = kong.parts.environment,
): Promise<Examined> {
  const { prefix, kongConf, luaRoot } = kong.parts;
  return examine({ prefix, environment, kongConf }, luaRoot, log);
}

async function startCanary(role: 'dbless' | 'traditional'): Promise<KongNode> {
  const luaRoot = openDirectory();
  writePlugin(luaRoot, 'canary');
  return startKong({ role, luaRoot, plugins: ['bundled', 'canary'] });
}

describeWithPeers(['luajit'], 'the doctor of a running node', () => {
  let kong: KongNode;

  beforeAll(async () => {
    kong = await startCanary('dbless');
  });

  const plugin = (kind?: PluginKind): string =>
    writePlugin(kong.parts.luaRoot, 'canary', kind ? { kind } : {});

  it('finds nothing where all is well', async () => {
    expect(await look(kong)).toMatchObject({ codes: [], notes: [], unread: [] });
  });

  it.each<readonly [string, () => void]>([
    ['does-not-load', () => plugin('syntax')],
    ['does-not-load', () => plugin('priority')],
    ['does-not-load', () => plugin('schema')],
    ['missing-dependency', () => plugin('missing-dependency')],
    [
      'not-installed',
      () => {
        rmSync(plugin(), { recursive: true });
      },
    ],
    [
      'file-missing',
      () => {
        rmSync(join(plugin(), 'schema.lua'));
      },
    ],
  ])('sees a reload that failed unseen: %s, until a good one', async (code, damage) => {
    damage();
    expect((await failReload(kong)).status).toBe(0);
    const { codes, findings } = await look(kong);
    expect(codes).toEqual(['failed-reload', code]);
    const [failed, cause] = findings;
    expect(failed?.evidence).toEqual([
      expect.stringContaining('/status/ready answers 503: '),
      expect.stringMatching(/error\.log:\d+: .*init_by_lua error/),
    ]);
    expect(cause).toMatchObject({ severity: 'error', plugins: ['canary'] });
    expect(cause?.evidence.join()).toMatch(/error\.log:\d+: /);
    plugin();
    await reloadKong(kong);
    expect((await look(kong)).codes).toEqual([]);
  });

  it('sees a node that drops every request while it calls itself healthy', async () => {
    await reloadKong(kong, [], { KONG_PLUGINS: 'bundled' });
    await expect(kong.request()).rejects.toThrow('socket hang up');
    const { codes, findings } = await look(kong);
    expect(codes).toEqual(['not-ready', 'file-overridden']);
    expect(findings[0]?.cause).toContain('unsafe request processing');
    expect(findings[1]?.evidence[2]).toMatch(
      /error\.log:\d+: .*canary plugin is in use but not enabled/,
    );
    const fix = /KONG_PLUGINS=(\S+) kong reload/.exec(findings[1]?.fix ?? '')?.[1] ?? '';
    await reloadKong(kong, [], { KONG_PLUGINS: fix });
    expect((await look(kong)).codes).toEqual([]);
  });

  it('knows what it cannot look at', async () => {
    const { prefix, environment, luaRoot } = kong.parts;
    const statusUrl = new URL('http://127.0.0.1:9/');
    const kongConf = join(prefix, 'none.conf');
    const { unread } = await examine({ prefix, environment, kongConf, statusUrl }, luaRoot);
    expect(unread).toEqual([expect.stringContaining('the status API does not answer')]);
    // As before Kong 3.3, which has no /status/ready.
    const other = { prefix, environment, kongConf, statusUrl: new URL(kong.adminUrl) };
    expect(await examine(other, luaRoot)).toMatchObject({
      codes: [],
      unread: ['/status/ready answers 404: whether the node is ready is not known'],
    });
  });

  it('leads what a start without a database says to its cause', async () => {
    const { kongConf, environment } = kong.parts;
    await kong.kong(['stop', '-p', kong.prefix]);
    const variables = { KONG_PLUGINS: 'bundled' };
    const { status, stderr } = await kong.kong(['start', '-c', kongConf], variables);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("plugin 'canary' not enabled; add it to the 'plugins'"),
    ]);
    const { codes, findings } = await look(kong, undefined, { ...environment, ...variables });
    expect(codes).toEqual(['file-overridden']);
    expect(findings[0]).toMatchObject({ severity: 'error', plugins: ['canary'] });
    expect(findings[0]?.evidence[2]).toMatch(/error\.log:\d+: /);
    expect((await kong.kong(['start', '-c', kongConf])).status).toBe(0);
    expect((await look(kong)).codes).toEqual([]);
  });
});

describeWithPeers(['luajit'], 'the doctor of a node that does not start', () => {
  it('reads the error log, and what is on the disk now', async () => {
    const kong = await startCanary('traditional');
    const { kongConf, luaRoot } = kong.parts;
    expect((await kong.kong(['stop', '-p', kong.prefix])).status).toBe(0);
    const start = (env = {}): Promise<{ status: number | null; stderr: string }> =>
      kong.kong(['start', '-c', kongConf], env);
    const failed = await start({ KONG_PLUGINS: 'bundled' });
    expect(failed.stderr).toContain('canary plugin is in use but not enabled');
    // In the list again, only the log knows of it.
    expect(await look(kong)).toMatchObject({
      codes: [],
      notes: [expect.stringContaining('error.log')],
    });
    writePlugin(luaRoot, 'canary', { kind: 'missing-dependency' });
    const { stderr } = await start();
    for (const log of [undefined, stderr]) {
      const { codes, findings } = await look(kong, log);
      expect(codes).toEqual(['missing-dependency']);
      expect(findings[0]?.cause).toContain('canary needs the module no.such.module');
    }
    writePlugin(luaRoot, 'canary');
    expect((await start()).status).toBe(0);
    expect((await look(kong)).codes).toEqual([]);
  });
});
