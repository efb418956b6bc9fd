import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { kongcrateCommand } from '../support/kongcrate-command.ts';
import { listTree } from '../support/list-tree.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { publish } from '../support/published.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { openDirectory } from '../support/stand-in-kong/start-kong.ts';

const SAID =
  "2026/11/22 10:00:00 [error] 7#0: init_by_lua error: on plugin 'my-plugin': my-plugin plugin is enabled but not installed;\nno plugin found\n";

let base: string;
const at = (path: string): string => join(base, path);
const place = (): string[] => [
  ...['--lua-root', at('lua'), '--kong-conf', at('kong.conf'), '--prefix', at('prefix')],
];
const doctor = (args: readonly string[] = [], input = ''): Promise<RunResult> =>
  runKongcrate(['doctor', ...place(), ...args], { input });

function configure(plugins: string): void {
  const path = `${at('lua')}/?.lua;;`;
  writeFileSync(
    at('kong.conf'),
    `plugins = ${plugins}\nlua_package_path = ${path}\nadmin_listen = off\nstatus_listen = off\n`,
  );
}

beforeEach(() => {
  base = openDirectory();
  mkdirSync(at('lua'));
  configure('bundled,my-plugin');
});

describe('doctor', () => {
  it('prints cause, evidence and fix, and exits with 17 until nothing is found', async () => {
    const { status, stdout, stderr } = await doctor();
    expect(status).toBe(17);
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^error: plugins lists my-plugin, and it stands nowhere .* \[not-installed\]$/,
      ),
      `  ${at('kong.conf')}:1: plugins = bundled,my-plugin`,
      `  ${at('kong.conf')}:2: lua_package_path = ${at('lua')}/?.lua;;`,
      '  → Install it: kongcrate install REFERENCE; or take it off the list: kongcrate disable my-plugin',
      'found 1, errors among them: 1 (traditional, Kong does not run)',
    ]);
    configure('bundled');
    expect(await doctor()).toMatchObject({
      status: 0,
      stdout: 'nothing found (traditional, Kong does not run)\n',
    });
  });

  it('reads a log from a pipe and from a file, and leads it to the cause', async () => {
    writeFileSync(at('kong.log'), SAID);
    for (const [args, input, name] of [
      [['--log', '-'], SAID, 'log'],
      [['--log', at('kong.log')], '', at('kong.log')],
    ] as const) {
      const { status, stdout } = await doctor([...args, '--json'], input);
      expect(status).toBe(17);
      const { findings } = JSON.parse(stdout) as { findings: { evidence: string[] }[] };
      expect(findings).toMatchObject([{ code: 'not-installed', isFixable: false }]);
      expect(findings[0]?.evidence[2]).toMatch(`${name}:1: 2026/11/22 10:00:00 [error]`);
    }
    configure('bundled');
    const { status, stderr } = await doctor(['--log', at('kong.log')]);
    expect([status, stderr]).toEqual([0, expect.stringContaining('nothing of it is left here')]);
    expect(await doctor(['--log', at('none')])).toMatchObject({ status: 2, stdout: '' });
  });

  it('reads the end of a log that is as long as it likes', async () => {
    const noise = 'x'.repeat(1023) + '\n';
    writeFileSync(
      at('kong.log'),
      `other plugin is in use but not enabled\n${noise.repeat(20_000)}`,
    );
    appendFileSync(at('kong.log'), SAID);
    const script = `cat ${at('kong.log')} | ${kongcrateCommand(['doctor', '--log']).flat().join(' ')}`;
    for (const log of ['-', '/dev/stdin', at('kong.log')]) {
      const { status, stdout } = await run('sh', ['-c', `${script} ${log} ${place().join(' ')}`]);
      expect(status).toBe(17);
      expect(stdout).toMatch(/^ {2}\S+: 2026.*enabled but not installed/m);
      expect(stdout).not.toContain('other');
    }
  });

  it('mends with --fix what was installed, and the list; on a read-only disk it only looks', async () => {
    const key = await makeKey();
    writeFileSync(at('cosign.pub'), key.publicKey.pem);
    const { reference } = await publish({ key });
    await kongcrate(['install', reference, '--key', at('cosign.pub'), '--lua-root', at('lua')]);
    configure('bundled my-plugin,');
    rmSync(at('lua/kong/plugins/my-plugin'));
    const before = listTree(base);
    const { stdout } = await doctor(['--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      role: 'traditional',
      isRunning: false,
      findings: [
        {
          code: 'list-mangled',
          isFixable: true,
          severity: 'error',
          plugins: expect.any(Array) as [],
        },
        { code: 'link-missing', isFixable: true },
      ],
      ...{ mended: [], notes: [], unread: [] },
    });
    expect(listTree(base)).toEqual(before);
    const fixed = await doctor(['--fix']);
    expect(fixed.status).toBe(0);
    expect(fixed.stdout).toMatch(
      /^mended: the list .*\[list-mangled\]\nmended: .* \[link-missing\]\nnothing found/,
    );
    expect(readFileSync(at('kong.conf'), 'utf8')).toMatch(/^plugins = bundled,my-plugin\n/);
  });

  it.skipIf(process.getuid?.() !== 0)('says what it may not look at, as somebody else', () => {
    mkdirSync(at('prefix/logs'), { recursive: true });
    writeFileSync(at('prefix/logs/error.log'), SAID);
    chmodSync(at('prefix/logs/error.log'), 0o600);
    configure('bundled');
    const asNobody = (): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(...kongcrateCommand(['doctor', ...place()]), {
        ...{ uid: 65_534, gid: 65_534, cwd: '/', env: {}, encoding: 'utf8' as const },
      });
    const { status, stderr } = asNobody();
    expect(status).toBe(0);
    expect(stderr).toMatch(/^not looked at: EACCES: permission denied, open .*error\.log/);
    mkdirSync(at('lua/.kongcrate'));
    chmodSync(at('lua'), 0o700);
    configure('my-plugin');
    const closed = asNobody();
    expect(closed.status).toBe(17);
    expect(closed.stdout).toContain(`error: ${at('lua')} is closed to us (uid 65534)`);
    expect(closed.stdout).toContain(`→ chmod o+x ${at('lua')}\n`);
    expect(closed.stderr).toContain(`${at('lua')}/.kongcrate`);
  });
});
