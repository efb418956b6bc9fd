/** KONG.md 1.3: how kong.conf is read, and whose word counts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { standInEnvironment } from '../support/stand-in-kong/kong-program.ts';
import { openDirectory } from '../support/stand-in-kong/start-kong.ts';

const environment = standInEnvironment();

/** The value of a key in `.kong_env` after `kong prepare` with that file. */
async function effective(
  text: string,
  key = 'plugins',
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const base = openDirectory();
  const file = join(base, 'kong.conf');
  writeFileSync(file, text);
  const prefix = join(base, 'prefix');
  const prepared = await run('kong', ['prepare', '-c', file, '-p', prefix], {
    env: { ...environment, ...env },
  });
  expect(prepared.stderr).toBe('');
  const { stdout } = await run('cat', [join(prefix, '.kong_env')]);
  return new RegExp(`^${key} = (.*)$`, 'm').exec(stdout)?.[1];
}

describeWithPeers(['luajit'], 'the configuration of the stand-in', () => {
  describe('kong.conf', () => {
    it('one file with every rule', async () => {
      const text = [
        '; a comment',
        'plugins = hidden by the last one',
        '  plugins\t=  a,b \\',
        ',c#no blank before it',
        'log-level = info\r',
        'pg.user : x',
        'pg_database = 1\\#2',
        'Proxy_listen = wrong case',
        'nginx_user = "quoted name"',
        '[section]',
        'plugins = never',
      ].join('\n');
      const base = openDirectory();
      const file = join(base, 'kong.conf');
      writeFileSync(file, text);
      await run('kong', ['prepare', '-c', file, '-p', base], { env: environment });
      const { stdout } = await run('cat', [join(base, '.kong_env')]);
      for (const line of [
        'plugins = a,b ,c',
        'log_level = info',
        'pg_user = kong',
        'pg_database = 1\\#2',
        'proxy_listen = 0.0.0.0:8000',
        'nginx_user = "quoted name"',
      ])
        expect(stdout).toContain(`\n${line}\n`);
    });

    it.each([
      ['a byte order mark hides the first key', '\uFEFFplugins = x\n', 'bundled'],
      ['an empty list counts', 'plugins =\n', ''],
      ['an absent list is bundled', '', 'bundled'],
      ['a trailing comma stays', 'plugins = x,', 'x,'],
    ])('%s', async (_, text, expected) => {
      expect(await effective(text)).toBe(expected);
    });

    it('the environment replaces the list, an empty variable counts, lower case does not', async () => {
      const text = 'plugins = x\n';
      expect(await effective(text, 'plugins', { KONG_PLUGINS: 'y#z' })).toBe('y\\#z');
      expect(await effective(text, 'plugins', { KONG_PLUGINS: '' })).toBe('');
      expect(await effective(text, 'plugins', { kong_plugins: 'y' })).toBe('x');
    });

    it('a file that is not there is refused', async () => {
      const { status, stderr } = await run('kong', ['check', '/nowhere.conf'], {
        env: environment,
      });
      expect(status).toBe(1);
      expect(stderr).toContain('no file at: /nowhere.conf');
    });
  });
});
