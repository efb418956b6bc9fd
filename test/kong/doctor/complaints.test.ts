import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findComplaints } from '../../../src/kong/doctor/find-complaints.ts';
import { StillNode } from './support.ts';

const INIT =
  '2026/11/22 10:00:00 [error] 7#0: init_by_lua error: /usr/local/share/lua/5.1/kong/init.lua:685: ';
const SCHEMAS = `${INIT}error loading plugin schemas: on plugin 'canary': `;
const TRACE = "\nstack traceback:\n\t[C]: in function 'error'\n";

const find = (text: string): ReturnType<typeof findComplaints> =>
  findComplaints({ name: 'log', text, isWhole: true });

/** Kong 3.9.3's own words, and what they come to. */
const WORDS: readonly (readonly [string, object])[] = [
  [
    `${INIT}error building initial plugins: canary plugin is in use but not enabled`,
    { kind: 'not-enabled', plugin: 'canary' },
  ],
  [
    "error parsing declarative config file /kong.yml:\nin 'plugins':\n  - in entry 1 of 'plugins':\n    in 'name': plugin 'canary' not enabled; add it to the 'plugins' configuration property",
    { kind: 'not-enabled', plugin: 'canary' },
  ],
  [
    `${SCHEMAS}canary plugin is enabled but not installed;\nno plugin found`,
    { kind: 'not-installed', plugin: 'canary' },
  ],
  [
    `${INIT}error loading plugin schemas: on plugin '':  plugin is enabled but not installed;\nno plugin found`,
    { kind: 'not-installed', plugin: '' },
  ],
  [
    `${SCHEMAS}no configuration schema found for plugin: canary; on plugin`,
    { kind: 'no-schema', plugin: 'canary' },
  ],
  [
    `${INIT}error loading module 'kong.plugins.canary.handler':\n/lua/kong/plugins/canary/handler.lua:1: module 'resty.gone' not found:\n\tno field package.preload['resty.gone']`,
    { kind: 'not-loaded', plugin: 'canary', module: 'resty.gone' },
  ],
  [
    `${INIT}error loading module 'kong.plugins.canary.schema':\nerror loading module 'kong.plugins.canary.schema' from file '/lua/x.lua':\n\t/lua/x.lua:3: unexpected symbol near '='`,
    { kind: 'not-loaded', plugin: 'canary' },
  ],
  [
    `${SCHEMAS}Plugin "canary" cannot be loaded because its PRIORITY field is not a valid integer number, got: "1.5".`,
    { kind: 'not-loaded', plugin: 'canary' },
  ],
  [
    `${SCHEMAS}[off] schema violation (no_consumer: unknown field)`,
    { kind: 'not-loaded', plugin: 'canary' },
  ],
  ...[
    'configured canary plugin 1.0.0 is missing from data plane',
    'configured canary plugin is missing from data plane',
    'configured data plane canary plugin version 2.0.0 is different to control plane plugin version 1.0.0',
  ].map((why): [string, object] => [
    `2026/11/22 10:00:00 [warn] 7#0: *2 [lua] control_plane.lua:439: [clustering] unable to send updated configuration to data plane: ${why} [id: 1, host: x, ip: ::1, version: 3.9.3], client: ::1\n`,
    { kind: 'data-plane', plugin: 'canary' },
  ]),
  [`${INIT}[PostgreSQL error] connection refused`, { kind: 'not-started' }],
];

describe("Kong's words in a log", () => {
  it.each(WORDS)('%j', (words, complaint) => {
    const [found, ...others] = find(`noise\n${words}${TRACE}more\n`);
    expect(found).toMatchObject(complaint);
    expect(found?.place).toMatch(/^log:\d+: /);
    expect(others).toEqual([]);
  });

  it('tell their line, their process, and whether Kong was loading its code', () => {
    const worker =
      '2026/11/22 10:00:05 [crit] 9#0: *1 [lua] init.lua:293: init_worker(): a; b plugin is in use but not enabled; this node must be restarted\n';
    expect(find(`one\n${worker}`)).toMatchObject([
      {
        plugin: 'b',
        isInit: false,
        pid: 9,
        place: expect.stringMatching(/^log:2: 2026/) as string,
      },
    ]);
    const [outside] = find("kong-1  | 'x': plugin 'b' not enabled; add it to the 'plugins'\n");
    expect(outside).toMatchObject({ plugin: 'b', isInit: false });
    expect(outside).not.toHaveProperty('pid');
    expect(find(INIT + worker.slice(40))[0]).toMatchObject({ isInit: true, pid: 7 });
  });

  it('are told once, as they were said last, without secrets and controls', () => {
    const once = (time: string): string =>
      `2026/11/22 ${time} [error] 7#0: password=geheim \u001B[31m canary plugin is in use but not enabled\n`;
    const found = find(once('10:00:00') + once('10:00:09'));
    expect(found).toHaveLength(1);
    expect(found[0]?.place).toMatch(/^log:2: 2026\/11\/22 10:00:09/);
    expect(found[0]?.place).not.toMatch(/geheim|\u001B/);
  });

  it('are not what a client wrote into its request', () => {
    const request = 'GET / HTTP/1.1", host: "x", referrer: "evil plugin is in use but not enabled"';
    const said = `2026/11/22 10:00:05 [error] 9#0: *1 no upstream, client: 10.0.0.1, request: "${request}\n`;
    expect(find(said)).toEqual([]);
    const dropped = said.replace('no upstream', '(canary plugin is in use but not enabled)');
    expect(find(dropped)).toMatchObject([{ plugin: 'canary' }]);
  });

  it('are found in linear time in a long line, and where each of many requests is dropped', () => {
    const text = `${'x'.repeat(4_000_000)} plugin is in use but not enabled`;
    expect(find(text)).toHaveLength(1);
    const dropped =
      '2026/11/22 10:00:00 [alert] 9#0: unsafe request processing (canary plugin is in use but not enabled)\n';
    expect(find(dropped.repeat(50_000))[0]?.place).toMatch(/^log:50000: /);
    expect(find(' x plugin is in use but not enabled'.repeat(200_000))).toHaveLength(1);
  });
});

describe('a complaint', () => {
  it.each([
    ['canary plugin is enabled but not installed;\nno plugin found', 'not-installed'],
    ['no configuration schema found for plugin: canary', 'not-installed'],
  ])('%j becomes evidence of its cause, and a note when that is gone', async (words, code) => {
    const node = new StillNode();
    const { findings } = await node.examine(SCHEMAS + words);
    expect(findings).toMatchObject([{ code, evidence: { length: 3 } }]);
    expect(findings[0]?.evidence[2]).toContain('log:1: 2026/11/22 10:00:00 [error]');
    node.plugin();
    const after = await node.examine(SCHEMAS + words);
    expect(after.codes).toEqual([]);
    expect(after.notes).toEqual([expect.stringContaining('nothing of it is left here')]);
  });

  it('about a plugin that is not listed: how to enable it, until it is', async () => {
    const node = new StillNode('bundled');
    node.plugin();
    const said = `${INIT}error building initial plugins: canary plugin is in use but not enabled`;
    const { findings } = await node.examine(said);
    expect(findings).toMatchObject([{ code: 'not-enabled', plugins: ['canary'] }]);
    expect(findings[0]?.fix).toContain('kongcrate enable canary');
    node.configure(`plugins = bundled,canary\nlua_package_path = ${node.luaRoot}/?.lua\n`);
    expect((await node.examine(said)).codes).toEqual([]);
  });

  it('about code that does not load: with the line of the code', async () => {
    const node = new StillNode();
    node.plugin();
    const { findings } = await node.examine(WORDS[6]?.[0] ?? '');
    expect(findings).toMatchObject([
      {
        code: 'does-not-load',
        cause: "Kong cannot load canary: /lua/x.lua:3: unexpected symbol near '='",
      },
    ]);
  });

  it('about something else that keeps Kong from starting', async () => {
    const node = new StillNode('bundled');
    const { findings } = await node.examine(`${INIT}[PostgreSQL error] connection refused${TRACE}`);
    expect(findings).toMatchObject([{ code: 'does-not-load', plugins: [] }]);
    expect(findings[0]?.cause).toContain('connection refused');
  });
});

describe('a module that is missing', () => {
  const said = (module: string): string =>
    `${INIT}error loading module 'kong.plugins.canary.handler':\n/h.lua:1: module '${module}' not found:`;

  it.each([
    ['kong.plugins.base_plugin', 'Kong no longer has this module'],
    ['kong.plugins.other.client', 'belongs to the plugin other'],
    ['kong.tools.new_thing', 'another version of Kong'],
    ['resty.http_client.x', 'luarocks search lua-resty-http-client'],
    ['penlight.x', 'luarocks search penlight'],
  ])('%s: %s', async (module, advice) => {
    const node = new StillNode();
    node.plugin();
    const { findings } = await node.examine(said(module));
    expect(findings).toMatchObject([{ code: 'missing-dependency', plugins: ['canary'] }]);
    expect(findings[0]?.fix).toContain(advice);
  });

  it('stands in a root that is not searched; found, it is no finding any more', async () => {
    const node = new StillNode('canary', '/none/?.lua');
    const other = node.plugin('searched');
    const place = (root: string): string => {
      const file = join(node.at(root), 'shared/client.lua');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
      return file;
    };
    const file = place('lua');
    node.configure(`plugins = canary\nlua_package_path = ${node.at('searched')}/?.lua\n`);
    const { findings } = await node.examine(said('shared.client'));
    expect(findings[0]?.cause).toContain(`${file} is there`);
    expect(findings[0]?.fix).toContain(`${node.luaRoot}/?.lua;`);
    place('searched');
    expect((await node.examine(said('shared.client'))).codes).toEqual([]);
    rmSync(other, { recursive: true });
  });
});
