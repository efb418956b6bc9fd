import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { kongcrateCommand } from '../support/kongcrate-command.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { run, runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGINS = join(import.meta.dirname, '../../testdata/plugins');
const A = 23_456;
const B = 12_345;

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('SKIPPED installing as other users: needs to run as root\n');

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const reference = `oci-layout:${at('layout')}:1.2.0`;

/** Runs the built command line as another user. */
function asUser(
  uid: number,
  args: readonly string[],
  env: Readonly<Record<string, string>> = { HOME: '/nonexistent' },
): { status: number | null; stderr: string; stdout: string } {
  const { status, stderr, stdout } = spawnSync(...kongcrateCommand(args), {
    uid,
    gid: uid,
    cwd: '/',
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { status, stderr, stdout };
}

function rootOf(uid: number): string {
  const luaRoot = join(temporaryDirectory(), 'lua');
  mkdirSync(luaRoot);
  chownSync(luaRoot, uid, uid);
  return luaRoot;
}

const install = (luaRoot: string, ...more: readonly string[]): readonly string[] => [
  ...['install', reference, '--key', at('cosign.pub'), '--lua-root', luaRoot],
  ...more,
];

beforeAll(async () => {
  await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
  await kongcrate(['publish', join(PLUGINS, 'hello-header'), reference, '--key', at('cosign.key')]);
});

describe.runIf(isRoot)('install', () => {
  it('as an unprivileged user works in their own root, with status and rollback', () => {
    const luaRoot = rootOf(A);
    expect(asUser(A, install(luaRoot))).toMatchObject({ status: 0 });
    expect(asUser(A, ['status', '--check', '--lua-root', luaRoot])).toMatchObject({ status: 0 });
    expect(lstatSync(join(luaRoot, '.kongcrate/current')).uid).toBe(A);
  });

  it('works for a user whom no passwd file knows, without HOME', () => {
    const luaRoot = rootOf(A);
    expect(asUser(A, install(luaRoot), {})).toMatchObject({ status: 0 });
  });

  it('as user A in a root of user B is refused, and both are named', () => {
    const luaRoot = rootOf(B);
    const { status, stderr } = asUser(A, install(luaRoot));
    expect(status).toBe(18);
    expect(stderr).toContain(`${luaRoot} belongs to the user with uid ${B}`);
    expect(stderr).toContain(`we act as the user with uid ${A}`);
    expect(stderr).toContain(`sudo -u '#${B}'`);
  });

  it.each([
    ['switching', []],
    ['staging', ['--stage']],
    ['copying', ['--copy']],
  ])('as root in a root of user B leaves all of it to B, %s', async (_, flags) => {
    const luaRoot = rootOf(B);
    await kongcrate(install(luaRoot, ...flags));
    const { stdout } = await run('find', [luaRoot, '!', '-user', String(B)]);
    expect(stdout).toBe('');
    expect(asUser(B, install(luaRoot, ...flags))).toMatchObject({ status: 0 });
  });

  it('into a root that the workers cannot reach names the directory and the chmod', () => {
    const luaRoot = rootOf(0);
    chmodSync(join(luaRoot, '..'), 0o700);
    const { status, stderr } = asUser(0, install(luaRoot));
    expect(status).toBe(9);
    expect(stderr).toContain(`chmod o+x ${join(luaRoot, '..')}`);
  });

  it('under a file size limit ends with 9, and the old state', async () => {
    const luaRoot = rootOf(0);
    const { status, stderr } = await run('sh', [
      '-c',
      `ulimit -f 1; exec "$@"`,
      ...['sh', ...kongcrateCommand(install(luaRoot)).flat()],
    ]);
    expect(status).toBe(9);
    expect(stderr).toContain('(EFBIG)');
    expect(stderr).toContain('ulimit -f');
  });
});

describe('the flags of install', () => {
  it('adopt what stands there, and print in JSON where it is kept', async () => {
    const luaRoot = join(temporaryDirectory(), 'lua');
    const target = join(luaRoot, 'kong/plugins/hello-header');
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'handler.lua'), 'by hand');
    const report = JSON.parse(await kongcrate(install(luaRoot, '--adopt', '--json'))) as {
      adopted: { path: string; backup: string }[];
    };
    expect(report.adopted).toMatchObject([{ path: target }]);
    expect(readFileSync(join(report.adopted[0]?.backup ?? '', 'handler.lua'), 'utf8')).toBe(
      'by hand',
    );
  });

  it.each([
    ['--copy', '--stage'],
    ['--copy', '--adopt'],
    ['--copy', '--keep', '3'],
    ['--stage', '--unhold'],
  ])('that make no sense together are refused: %s %s', async (...flags) => {
    const { status, stderr } = await runKongcrate(install('/nowhere', ...flags));
    expect(status).toBe(2);
    expect(stderr).toContain('cannot be used with');
  });
});
