import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { kongcrateCommand } from '../support/kongcrate-command.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { run, runKongcrate } from '../support/run.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const reference = 'oci-layout:./dist:1.2.0';

const exportTo = (target: string, ...more: readonly string[]): readonly string[] => [
  ...['export', reference, '--to', target, '--key', 'cosign.pub'],
  ...more,
];
const here = { cwd: directory };

describe('kongcrate export', () => {
  beforeAll(async () => {
    await kongcrate(['generate-key-pair'], here);
    await kongcrate(['publish', PLUGIN, reference, '--key', 'cosign.key'], here);
  });

  it('prints the text alone, and who vouches beside it', async () => {
    const { status, stdout, stderr } = await runKongcrate(exportTo('docker-run'), here);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(
      /^# kongcrate export: hello-header 1\.2\.0, oci-layout:\.\/dist@sha256:/,
    );
    expect(stdout.endsWith('kong:3.9\n')).toBe(true);
    expect(stderr).toMatch(/^trusted: signed by key/);
  });

  it('-o writes the same into a file, and overwrites nothing', async () => {
    expect(await kongcrate(exportTo('docker-run', '-o', 'run.sh'), here)).toBe('run.sh');
    const text = readFileSync(at('run.sh'), 'utf8');
    expect(text.trimEnd()).toBe(await kongcrate(exportTo('docker-run'), here));
    const again = await runKongcrate(exportTo('docker-run', '-o', 'run.sh'), here);
    expect(again).toMatchObject({ status: 18, stdout: '' });
    expect(readFileSync(at('run.sh'), 'utf8')).toBe(text);
  });

  it('helm: a directory with both files', async () => {
    const printed = await kongcrate(exportTo('helm', '-o', 'charts/helm'), here);
    expect(printed).toBe('charts/helm/configmaps.yaml\ncharts/helm/values.yaml');
    expect(readdirSync(at('charts/helm'))).toEqual(['configmaps.yaml', 'values.yaml']);
  });

  it('--json: the files with who vouches', async () => {
    const json = JSON.parse(await kongcrate(exportTo('helm', '--json'), here)) as object;
    expect(json).toMatchObject({
      to: 'helm',
      name: 'hello-header',
      version: '1.2.0',
      files: [{ name: 'configmaps.yaml' }, { name: 'values.yaml' }],
      written: [],
      trust: { kind: 'signed' },
    });
  });

  it.each([
    ['no target', ['export', reference, '--key', 'cosign.pub'], 2],
    ['nobody to trust', ['export', reference, '--to', 'docker-run'], 2],
    ['a layout for a cluster', exportTo('operator'), 2],
    ['two files on stdout', exportTo('helm'), 2],
    ['an image that nobody uses', exportTo('helm', '-o', 'other', '--base', 'kong:3.9'), 2],
    ['a directory that nobody uses', exportTo('helm', '-o', 'other', '--lua-root', 'x'), 2],
    ['another plugin', exportTo('helm', '-o', 'other', '--plugin', 'other'), 12],
  ])('%s: nothing on stdout, nothing written', async (_, args, status) => {
    const result = await runKongcrate(args, here);
    expect(result, result.stderr).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toContain('→');
    expect(existsSync(at('other'))).toBe(false);
  });

  it('docker-run: the two lines fill the directory that the container sees', async () => {
    const programs = temporaryDirectory();
    const program = (name: string, text: string): void => {
      writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(programs, name), 0o755);
    };
    program('kongcrate', `exec ${kongcrateCommand([]).flat().join(' ')} "$@"`);
    program('docker', String.raw`printf '%s\n' "$@"`);
    const luaRoot = "it's $HOME/lua";
    const script = await kongcrate(exportTo('docker-run', '--lua-root', luaRoot), here);
    const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
    const { status, stdout, stderr } = await run('sh', ['-ec', script], { ...here, env });
    expect(status, stderr).toBe(0);
    const [installed, ...docker] = stdout.trimEnd().split('\n');
    expect(installed).toMatch(/^installed hello-header 1\.2\.0/);
    expect(docker).toEqual([
      ...['run', '-d', '-p', '8000:8000', '-v', `${directory}/${luaRoot}:/opt/kongcrate:ro`],
      ...['-e', 'KONG_DATABASE=off', '-e', 'KONG_PLUGINS=bundled,hello-header', '-e'],
      ...['KONG_LUA_PACKAGE_PATH=/opt/kongcrate/?.lua;/opt/kongcrate/?/init.lua;;', 'kong:3.9'],
    ]);
    const handler = 'kong/plugins/hello-header/handler.lua';
    expect(readFileSync(at(`${luaRoot}/${handler}`))).toEqual(readFileSync(join(PLUGIN, handler)));
  });

  it('how to renew it has the flags again, but no credentials', async () => {
    const { host } = await startTestRegistry();
    const place = `${host}/acme/hello-header:1.2.0`;
    await kongcrate(['copy', reference, `${host}/acme/hello-header`], here);
    const flags = ['--to', 'dockerfile', '--base', 'kong:3.8', '--key', 'cosign.pub'];
    const args = ['export', place, ...flags, '--threshold', '1', '--registry-token', 'secret'];
    const text = await kongcrate(args, here);
    expect(text).not.toContain('secret');
    const [, renew = ''] = /renew it by kongcrate (.*)\n/.exec(text) ?? [];
    expect(renew).toBe(`export ${place} ${flags.join(' ')} --threshold 1`);
    expect(await kongcrate(renew.split(' '), here)).toBe(text);
  });
});
