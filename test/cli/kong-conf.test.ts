import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kongcrateCommand } from '../support/kongcrate-command.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { run, runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A directory with a plugin and a kong.conf, and the flags that lead there. */
function makeNode(): { at: (name: string) => string; place: string[]; root: string[] } {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  mkdirSync(at('lua/kong/plugins/my-plugin'), { recursive: true });
  for (const file of ['handler', 'schema'])
    writeFileSync(at(`lua/kong/plugins/my-plugin/${file}.lua`), 'return {}');
  writeFileSync(at('kong.conf'), 'database = off\nplugins = bundled # ours\n');
  const place = ['--kong-conf', at('kong.conf'), '--prefix', at('prefix')];
  return { at, place, root: ['--lua-root', at('lua')] };
}

describe('enable, disable and env', () => {
  it('print the lines that went and came, and what applies them now', async () => {
    const { at, place, root } = makeNode();
    const args = ['enable', 'my-plugin', ...place, ...root];
    const dry = await runKongcrate([...args, '--dry-run']);
    expect(dry.stderr).toBe('dry run: nothing was changed\n');
    const { stdout, stderr } = await runKongcrate(args);
    const path = `${at('lua')}/?.lua;${at('lua')}/?/init.lua;;`;
    expect(stdout).toBe(dry.stdout);
    expect(stdout.trimEnd().split('\n')).toEqual([
      `changed ${at('kong.conf')}`,
      '- plugins = bundled # ours',
      '+ plugins = bundled,my-plugin # ours',
      `+ lua_package_path = ${path}`,
    ]);
    expect(stderr).toContain(
      `KONG_PLUGINS=bundled,my-plugin KONG_LUA_PACKAGE_PATH='${path}' kong reload -p ${at('prefix')}`,
    );
    expect(await runKongcrate(args)).toMatchObject({
      stdout: `unchanged ${at('kong.conf')}\n`,
      stderr: '',
    });
    await kongcrate(['disable', 'my-plugin', ...place, '--assume-unused']);
    expect(readFileSync(at('kong.conf'), 'utf8')).toContain('plugins = bundled # ours\n');
  });

  it('without a kong.conf: variables that a shell takes, and how to make the file', async () => {
    const { at, root } = makeNode();
    const place = ['--kong-conf', at('none.conf'), '--prefix', at('prefix')];
    const { stdout, stderr } = await runKongcrate(['enable', 'my-plugin', ...place, ...root]);
    expect(stdout).toMatch(
      /^export KONG_PLUGINS=bundled,my-plugin\nexport KONG_LUA_PACKAGE_PATH='/,
    );
    expect(stderr).toContain('give --create');
    const command = ['enable', 'my-plugin', ...place, ...root, '--create', '--json'];
    expect(JSON.parse(await kongcrate(command))).toMatchObject({
      state: 'created',
      file: at('none.conf'),
      plugins: ['bundled', 'my-plugin'],
    });
  });

  it('KONG_PLUGINS in the environment is reported', async () => {
    const { place, root } = makeNode();
    const env = { KONG_PLUGINS: 'bundled,b' };
    const { stderr } = await runKongcrate(['enable', 'my-plugin', ...place, ...root, '-q'], {
      env,
    });
    expect(stderr).toContain('warning: KONG_PLUGINS is set here');
    expect(stderr).toContain('KONG_PLUGINS=bundled,b,my-plugin');
  });

  it('another list of the running node is reported', async () => {
    const { at, place } = makeNode();
    mkdirSync(at('prefix'));
    writeFileSync(at('prefix/.kong_env'), 'plugins = bundled,b\n');
    const { stderr } = await runKongcrate(['enable', 'acl', ...place, '--json']);
    expect(stderr).toContain('warning: the running node was started with another list');
  });

  it('env sets the variables of the shell that runs it', async () => {
    const { place, root } = makeNode();
    const words = kongcrateCommand(['env', ...place, ...root])
      .flat()
      .map((word) => `'${word}'`);
    const script = `eval "$(${words.join(' ')})"; echo "$KONG_PLUGINS"`;
    expect((await run('sh', ['-euc', script])).stdout).toBe('bundled\n');
    const drop = await kongcrate(['env', '--format', 'systemd', ...place, ...root]);
    expect(drop).toBe('[Service]\nEnvironment="KONG_PLUGINS=bundled"');
    const json = await kongcrate(['env', '--json', ...place, ...root]);
    expect(JSON.parse(json)).toMatchObject({ pluginsFrom: 'file', variables: {} });
  });

  it.each([
    ['NOT_FOUND', 11, ['enable', 'not-there']],
    ['USAGE', 2, ['disable', 'acl']],
    ['PLUGIN_REFUSED', 8, ['enable', 'a,b']],
  ] as const)('%s is exit %i', async (code, status, args) => {
    const { at, place } = makeNode();
    const failed = await runKongcrate([...args, ...place, '--json']);
    expect(failed).toMatchObject({ status, stdout: '' });
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code } });
    expect(readFileSync(at('kong.conf'), 'utf8')).toBe(
      'database = off\nplugins = bundled # ours\n',
    );
  });
});
