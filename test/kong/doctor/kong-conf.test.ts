import { utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mendList } from '../../../src/kong/doctor/mend-list.ts';
import { StillNode } from './support.ts';

const line = (value: string): string => `# ours\nplugins = ${value} # ours\nlog_level = info\n`;

describe('the list of plugins', () => {
  it.each([
    ['"bundled,canary"', 'bundled,canary'],
    ["'bundled', canary", 'bundled,canary'],
    ['bundled,canary,', 'bundled,canary'],
    [', canary', 'canary'],
    ['bundled canary', 'bundled,canary'],
    ['bundled,\u00A0canary', 'bundled,canary'],
    ['bundled,canary\u200B', 'bundled,canary'],
  ])('%j is mended to %s, every other byte kept', (value, mended) => {
    const bytes = Buffer.from(line(value)).toString('latin1');
    expect(mendList(bytes)).toBe(line(mended));
  });

  it.each(['bundled, canary', 'bundled,canary', 'off', ''])('%j is left as it is', (value) => {
    expect(mendList(line(value))).toBe(line(value));
  });

  it('that is mangled is found with its line, and mended', async () => {
    const node = new StillNode('"bundled,canary",');
    node.plugin();
    const { findings, codes } = await node.examine();
    expect(codes).toEqual(['list-mangled']);
    expect(findings[0]).toMatchObject({
      severity: 'error',
      evidence: [`${node.at('kong.conf')}:1: plugins = "bundled,canary",`],
      fix: 'Write it as plugins = bundled,canary',
      mend: { kind: 'plugin-list' },
    });
    expect(findings[0]?.cause).toContain(String.raw`"\"bundled", "canary\"", ""`);
    node.configure(
      mendList(`plugins = "bundled,canary",\nlua_package_path = ${node.luaRoot}/?.lua\n`),
    );
    expect((await node.examine()).codes).toEqual([]);
  });

  it('that would still hold no names is left to people', async () => {
    const node = new StillNode('bundled,canary ; "ours"');
    node.plugin();
    const { findings } = await node.examine();
    expect(findings[0]).toMatchObject({ code: 'list-mangled' });
    expect(findings[0]).not.toHaveProperty('mend');
  });

  it('that goes on into the next setting shows nothing of that one, and is left to people', async () => {
    const node = new StillNode('bundled,canary,\\\npg_user = a,geheim');
    node.plugin();
    const { findings } = await node.examine();
    expect(findings).toMatchObject([
      {
        code: 'list-mangled',
        evidence: [`${node.at('kong.conf')}:1: plugins = bundled,canary,`],
        fix: 'Take the backslash away from the end of the line before pg_user.',
      },
    ]);
    expect(findings[0]).not.toHaveProperty('mend');
    expect(JSON.stringify(findings)).not.toContain('geheim');
  });

  it('in the environment is no file that could be edited', async () => {
    const node = new StillNode();
    node.plugin();
    node.environment = { KONG_PLUGINS: '"bundled,canary"' };
    const { findings } = await node.examine();
    expect(findings[0]).toMatchObject({
      code: 'list-mangled',
      evidence: ['KONG_PLUGINS="bundled,canary"'],
      fix: 'Write it as KONG_PLUGINS=bundled,canary',
    });
    expect(findings[0]).not.toHaveProperty('mend');
  });

  it('that has a reference to a vault is looked at without it', async () => {
    const node = new StillNode('bundled, {vault://env/more-plugins}, canary');
    node.plugin();
    expect(await node.examine()).toMatchObject({
      codes: [],
      unread: ['what {vault://env/more-plugins} stands for in plugins'],
    });
  });

  it('that begins with off loads nothing', async () => {
    const node = new StillNode('off,canary');
    expect((await node.examine()).findings).toMatchObject([
      { code: 'list-off', plugins: ['canary'], fix: 'Take off out of the list: plugins = canary' },
    ]);
    node.configure('plugins = off\n');
    expect((await node.examine()).codes).toEqual([]);
  });
});

describe('a line that Kong passes over', () => {
  it.each([
    ['[kong]\nplugins = canary\n', 2, 'section [kong]'],
    ['\uFEFFplugins = canary\n', 1, 'byte order mark'],
    ['Plugins = canary\n', 1, 'case counts'],
    ['plugins: canary\n', 1, 'no colon'],
  ])('%j', async (conf, number, why) => {
    const node = new StillNode();
    node.plugin();
    node.configure(conf);
    const { findings } = await node.examine('canary plugin is in use but not enabled');
    expect(findings).toMatchObject([{ code: 'line-not-read', severity: 'error' }]);
    expect(findings[0]?.cause).toContain(why);
    expect(findings[0]?.evidence[0]).toContain(`kong.conf:${number}: `);
    // The complaint of the log is led to its cause.
    expect(findings[0]?.evidence[1]).toBe('log:1: canary plugin is in use but not enabled');
    node.configure(`plugins = canary\nlua_package_path = ${node.luaRoot}/?.lua\n`);
    expect((await node.examine()).codes).toEqual([]);
  });

  it('because the setting stands again below: only a warning', async () => {
    const node = new StillNode('canary');
    node.plugin();
    const path = `lua_package_path = ${node.luaRoot}/?.lua\n`;
    node.configure(`plugins = old\n${path}plugins = canary\n`);
    const { findings } = await node.examine();
    expect(findings).toMatchObject([{ code: 'line-not-read', severity: 'warning' }]);
    expect(findings[0]?.cause).toContain('kong.conf:3: plugins = canary counts');
  });
});

describe('what counts more than kong.conf', () => {
  it('a variable, even an empty one', async () => {
    const node = new StillNode();
    node.plugin();
    node.environment = { KONG_PLUGINS: '' };
    expect((await node.examine()).findings).toMatchObject([
      { code: 'file-overridden', plugins: ['bundled', 'canary'] },
    ]);
    node.environment = { KONG_PLUGINS: 'canary, bundled' };
    expect((await node.examine()).codes).toEqual([]);
  });

  it.each([
    ['file-overridden', -1],
    ['file-not-applied', 1],
  ])('the running node: %s', async (code, offsetS) => {
    const node = new StillNode('bundled,canary,missing');
    node.plugin();
    node.write('prefix/pids/nginx.pid', '999999999\n');
    const setting = `lua_package_path = ${node.luaRoot}/?.lua;;`;
    const file = node.write('prefix/.kong_env', `plugins = bundled,canary\n${setting}\n`);
    utimesSync(file, 1_000_000, 1_000_000);
    utimesSync(node.at('kong.conf'), 1_000_000 + offsetS, 1_000_000 + offsetS);
    const { findings, codes } = await node.examine();
    // A file that was changed since is what the next start reads.
    const next = code === 'file-not-applied' ? ['not-installed'] : [];
    expect(codes).toEqual([code, ...next]);
    expect(findings[0]).toMatchObject({ severity: 'warning', plugins: ['missing'] });
    expect(findings[0]?.fix).toContain(
      `KONG_PLUGINS=bundled,canary,missing kong reload -p ${node.at('prefix')}`,
    );
    expect(findings[0]?.evidence[1]).toBe(`${file}: plugins = bundled,canary`);
  });

  it('the running node, with a plugin that may be in use: nothing is taken off it unasked', async () => {
    const node = new StillNode('bundled,added');
    for (const name of ['canary', 'added']) node.plugin('lua', name);
    node.write('prefix/pids/nginx.pid', '999999999\n');
    node.write(
      'prefix/.kong_env',
      `plugins = bundled,canary\nlua_package_path = ${node.luaRoot}/?.lua;;\n`,
    );
    const { findings, codes } = await node.examine('canary plugin is in use but not enabled');
    expect(codes).toEqual(['file-overridden']);
    expect(findings[0]?.fix).toBe(
      `Keep canary: write plugins = bundled,canary,added into kong.conf; or, where nothing uses it: kongcrate disable canary --prefix ${node.at('prefix')}`,
    );
    expect(findings[0]?.fix).not.toContain('kong reload');
  });
});
