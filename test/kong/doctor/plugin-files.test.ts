import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StillNode } from './support.ts';

interface Row {
  readonly make: (node: StillNode) => void;
  readonly cause: RegExp;
  /** Without one the fix of the finding is run by a shell. */
  readonly mend?: (node: StillNode) => void;
}

const MISPLACED: Readonly<Record<string, Row>> = {
  'the package was copied into kong/plugins whole': {
    make: (node) => node.plugin('lua/kong/plugins/my-package'),
    cause:
      /my-package\/kong\/plugins\/canary, and Kong looks for it in .*\/lua\/kong\/plugins\/canary/,
  },
  'the package was copied into the root whole': {
    make: (node) => node.plugin('lua/my-package'),
    cause: /lua\/my-package\/kong\/plugins\/canary/,
  },
  'the directory stands in itself': {
    make: (node) => node.plugin('lua', 'canary/canary'),
    cause: /kong\/plugins\/canary\/canary, and/,
  },
  'the plugin was copied over its own directory': {
    make: (node) => node.plugin('lua/kong/plugins/canary'),
    cause: /canary\/kong\/plugins\/canary, and/,
  },
  'the files stand in kong/plugins itself': {
    make: (node) => node.plugin('lua', '.'),
    cause: /is in .*\/lua\/kong\/plugins, and/,
  },
  'the directory stands in the root itself': {
    make: (node) => {
      node.plugin('other');
      mkdirSync(node.luaRoot);
      renameSync(node.at('other/kong/plugins/canary'), node.at('lua/canary'));
    },
    cause: /is in .*\/lua\/canary, and/,
  },
};

describe('a plugin at the wrong level', () => {
  it.each(Object.entries(MISPLACED))('%s: found, and the command mends it', async (_, row) => {
    const node = new StillNode();
    row.make(node);
    const { findings, codes } = await node.examine();
    expect(codes).toEqual(['wrong-level']);
    expect(findings[0]?.cause).toMatch(row.cause);
    execFileSync('sh', ['-euc', findings[0]?.fix ?? '']);
    expect((await node.examine()).codes).toEqual([]);
  });
});

describe('a root that lua_package_path does not lead into', () => {
  it.each([
    ['not at all', (node: StillNode) => `${node.base}/elsewhere/?.lua;;`],
    ['into kong/plugins', (node: StillNode) => `${node.luaRoot}/kong/plugins/?.lua;;`],
    ['into the plugin itself', (node: StillNode) => `${node.luaRoot}/kong/plugins/canary/?.lua;;`],
    ['into kong', (node: StillNode) => `${node.luaRoot}/kong/?.lua;;`],
  ])('but %s', async (_, path) => {
    const node = new StillNode();
    node.plugin();
    node.configure(`plugins = canary\nlua_package_path = ${path(node)}\n`);
    const { findings, codes } = await node.examine();
    expect(codes).toEqual(['path-not-searched']);
    expect(findings[0]?.fix).toBe(`kongcrate enable canary --lua-root ${node.luaRoot}`);
    expect(findings[0]?.evidence[0]).toContain('kong.conf:2: lua_package_path =');
    node.configure(`plugins = canary\nlua_package_path = ${node.luaRoot}/?.lua;${path(node)}\n`);
    expect((await node.examine()).codes).toEqual([]);
  });

  it.each(['"ROOT/?.lua;;"', '/none/?.lua; ROOT/?.lua', 'ROOT', 'ROOT/'])(
    'because %s is malformed; the fix says how to write it',
    async (written) => {
      const node = new StillNode();
      node.plugin();
      const setting = written.replace('ROOT', node.luaRoot);
      node.configure(`plugins = canary\nlua_package_path = ${setting}\n`);
      const { findings, codes } = await node.examine();
      expect(codes).toContain('lua-path-malformed');
      const fix = findings.find(({ code }) => code === 'lua-path-malformed')?.fix ?? '';
      node.configure(`plugins = canary\n${fix.replace('Write it as ', '')}\n`);
      expect((await node.examine()).codes).toEqual([]);
    },
  );

  it('because a template of nginx leaves out ;;', async () => {
    const node = new StillNode('canary', '/none/?.lua');
    const write = (path: string): string =>
      node.write('prefix/nginx-kong.conf', `  lua_package_path '${path}';\n`);
    write('/none/?.lua');
    const { findings } = await node.examine();
    expect(findings[0]).toMatchObject({ code: 'default-path-missing' });
    expect(findings[0]?.evidence[0]).toContain('prefix/nginx-kong.conf');
    write('/none/?.lua;;');
    expect((await node.examine()).codes).toEqual(['not-installed']);
  });
});

const ABSENT: Readonly<Record<string, Row>> = {
  'not-installed': {
    make: () => undefined,
    cause: /nowhere on the Lua path/,
    mend: (node) => node.plugin(),
  },
  'file-missing': {
    make: (node) => {
      rmSync(`${node.plugin()}/schema.lua`);
    },
    cause: /has no schema\.lua/,
    mend: (node) => node.plugin(),
  },
  'name-differs': {
    make: (node) => node.plugin('lua', 'Canary'),
    cause: /is called .*\/Canary/,
    mend: (node) => {
      node.configure(`plugins = Canary\nlua_package_path = ${node.luaRoot}/?.lua\n`);
    },
  },
  'dangling-link': {
    make: (node) => {
      mkdirSync(node.at('lua/kong/plugins'), { recursive: true });
      symlinkSync('../../gone/canary', node.at('lua/kong/plugins/canary'));
    },
    cause: /leads to .*\/lua\/gone\/canary, where nothing is/,
    mend: (node) => {
      rmSync(node.at('lua/kong/plugins/canary'));
      node.plugin();
    },
  },
};

describe('a plugin that is not found', () => {
  it.each(Object.entries(ABSENT))('%s', async (code, { make, cause, mend }) => {
    const node = new StillNode();
    make(node);
    const { findings, codes } = await node.examine();
    expect(codes).toEqual([code]);
    expect(findings[0]).toMatchObject({ severity: 'error', plugins: ['canary'] });
    expect(findings[0]?.cause).toMatch(cause);
    mend?.(node);
    expect((await node.examine()).codes).toEqual([]);
  });

  it('is not missed where plugins in other languages are', async () => {
    const node = new StillNode();
    node.environment = { KONG_PLUGINSERVER_NAMES: 'go' };
    expect((await node.examine()).codes).toEqual([]);
  });
});

describe('what keeps the workers out', () => {
  it.each([
    ['a file', 'lua/kong/plugins/canary/schema.lua', 0o600],
    ['a module that is required later', 'lua/kong/plugins/canary/detail.lua', 0o600],
    ['the directory', 'lua/kong/plugins/canary', 0o700],
    ['a directory above', 'lua', 0o700],
  ])('%s is named with its mode, and the command opens it', async (_, path, mode) => {
    const node = new StillNode();
    node.plugin();
    node.write('lua/kong/plugins/canary/detail.lua', '');
    chmodSync(node.at(path), mode);
    const { findings, codes } = await node.examine();
    expect(codes).toEqual(['closed-to-workers']);
    expect(findings[0]?.evidence).toEqual([`${node.at(path)}: mode 0${mode.toString(8)}`]);
    expect(findings[0]).not.toHaveProperty('mend');
    execFileSync('sh', ['-euc', findings[0]?.fix ?? '']);
    expect((await node.examine()).codes).toEqual([]);
  });

  it('a directory that a link leads through is seen too', async () => {
    const node = new StillNode();
    node.plugin('store');
    mkdirSync(node.at('lua/kong/plugins'), { recursive: true });
    mkdirSync(node.at('middle'));
    symlinkSync('../store/kong/plugins/canary', node.at('middle/canary'));
    symlinkSync('../../../middle/canary', node.at('lua/kong/plugins/canary'));
    chmodSync(node.at('middle'), 0o700);
    expect((await node.examine()).findings[0]?.evidence).toEqual([
      `${node.at('middle')}: mode 0700`,
    ]);
  });
});

describe('several copies', () => {
  it('of what is installed: the one that hides it is named', async () => {
    const node = new StillNode();
    node.plugin();
    node.plugin('earlier');
    node.configure(
      `plugins = canary\nlua_package_path = ${node.at('earlier')}/?.lua;${node.luaRoot}/?.lua\n`,
    );
    const { findings } = await node.examine();
    expect(findings).toMatchObject([{ code: 'another-copy', severity: 'error' }]);
    execFileSync('sh', ['-euc', findings[0]?.fix ?? '']);
    expect(existsSync(node.at('earlier/kong/plugins/canary'))).toBe(false);
    expect((await node.examine()).codes).toEqual([]);
  });

  it('of others: the one that is never loaded is named', async () => {
    const node = new StillNode();
    for (const root of ['a', 'b']) node.plugin(root);
    const path = ['a', 'b'].map((root) => `${node.at(root)}/?.lua`).join(';');
    node.configure(`plugins = canary\nlua_package_path = ${path}\n`);
    const stray = node.at('b/kong/plugins/canary');
    expect((await node.examine()).findings).toMatchObject([
      { code: 'another-copy', severity: 'warning', fix: `mv ${stray} ${stray}.off` },
    ]);
  });

  it('of one that Kong brings along; one directory by two ways is one copy', async () => {
    const node = new StillNode('bundled');
    node.plugin('lua', 'cors');
    symlinkSync('lua', node.at('same'));
    node.plugin('other', 'cors');
    const searched = (...roots: string[]): void => {
      const path = roots.map((root) => `${node.at(root)}/?.lua`).join(';');
      node.configure(`plugins = bundled\nlua_package_path = ${path}\n`);
    };
    searched('lua', 'same', 'other');
    expect((await node.examine()).findings).toMatchObject([
      { code: 'another-copy', severity: 'error', plugins: ['cors'] },
    ]);
    searched('lua', 'same');
    expect((await node.examine()).codes).toEqual([]);
  });
});
