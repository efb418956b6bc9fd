import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { kongcrate } from '../support/must-succeed.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGINS = join(import.meta.dirname, '../../testdata/plugins');
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const signed = `oci-layout:${at('signed')}:1.2.0`;
const unsigned = `oci-layout:${at('unsigned')}:1.2.0`;

async function fail(...args: string[]): Promise<RunResult & { code: string }> {
  const result = await runKongcrate([...args, '--json'], { env: { COSIGN_PASSWORD: '' } });
  expect(result.stdout, 'nothing on stdout when a command fails').toBe('');
  const { error } = JSON.parse(result.stderr.slice(result.stderr.indexOf('{'))) as {
    error: { code: string; message: string; remedy: string };
  };
  expect(error.message).not.toBe('');
  expect(error.remedy).not.toBe('');
  return { ...result, code: error.code };
}

/** A copy of the sample plugin with another version, published beside it. */
async function publishVersion(version: string, tag: string): Promise<string> {
  const source = at(`hello-${version}`);
  cpSync(join(PLUGINS, 'hello-header'), source, { recursive: true });
  for (const [file, from] of [
    ['kong/plugins/hello-header/handler.lua', '"1.2.0"'],
    ['kong-plugin-hello-header-1.2.0-1.rockspec', '"1.2.0-1"'],
  ] as const) {
    const to = file.endsWith('.lua') ? `"${version}"` : `"${version}-1"`;
    const text = readFileSync(join(source, file), 'utf8');
    writeFileSync(join(source, file), text.replace(from, to));
  }
  const reference = `oci-layout:${at('signed')}:${tag}`;
  await kongcrate(['publish', source, reference, '--key', at('cosign.key')]);
  return reference;
}

describe('exit codes of the command line', () => {
  beforeAll(async () => {
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('other')]);
    const plugin = join(PLUGINS, 'hello-header');
    await kongcrate(['publish', plugin, signed, '--key', at('cosign.key')]);
    await kongcrate(['push', plugin, unsigned]);
    mkdirSync(at('empty'));
  });

  it.each([
    ['USAGE', 2, () => ['verify']],
    ['USAGE', 2, () => ['no-such-command']],
    ['USAGE', 2, () => ['verify', signed, '--no-such-flag']],
    ['USAGE', 2, () => ['verify', signed, '--key', at('cosign.pub'), '--threshold', '2']],
    ['NETWORK_FAILED', 6, () => ['verify', '127.0.0.1:1/acme/plugin:1', '--key', at('cosign.pub')]],
    [
      'USAGE',
      2,
      () => ['verify', '127.0.0.1:1/acme/plugin:1', '--as', 'a/bc', '--key', at('cosign.pub')],
    ],
    ['REFERENCE_INVALID', 2, () => ['verify', 'Not A Reference', '--key', at('cosign.pub')]],
    ['TRUST_MISSING', 2, () => ['verify', signed]],
    ['TRUST_MISSING', 2, () => ['install', signed, '--lua-root', at('lua')]],
    ['KEY_INVALID', 2, () => ['verify', signed, '--key', at('cosign.key')]],
    ['KEY_INVALID', 2, () => ['verify', signed, '--key', 'env://NO_SUCH_VARIABLE']],
    ['SOURCE_UNREADABLE', 2, () => ['verify', signed, '--key', at('missing.pub')]],
    ['SOURCE_UNREADABLE', 2, () => ['pack', at('missing')]],
    ['NOT_FOUND', 11, () => ['verify', `${signed}-nope`, '--key', at('cosign.pub')]],
    ['NO_SIGNATURE', 10, () => ['verify', unsigned, '--key', at('cosign.pub')]],
    ['SIGNATURE_MISMATCH', 12, () => ['verify', signed, '--key', at('other.pub')]],
    [
      'IDENTITY_MISMATCH',
      12,
      () => ['verify', signed, '--key', at('cosign.pub'), '--plugin', 'another'],
    ],
    ['KEY_INVALID', 2, () => ['verify', signed, '--key', 'awskms:///alias/x']],
    [
      'USAGE',
      2,
      () => ['install', signed, signed, '--key', at('cosign.pub'), '--plugin', 'hello-header'],
    ],
    ['NOT_OURS', 18, () => ['generate-key-pair', '--output-key-prefix', at('cosign')]],
    ['NOTHING_TO_ROLL_BACK', 2, () => ['rollback', '--lua-root', at('empty')]],
    ['NOT_FOUND', 11, () => ['rollback', '--lua-root', at('missing')]],
    ['NOT_FOUND', 11, () => ['status', '--lua-root', at('missing')]],
    ['USAGE', 2, () => ['status', '--lua-root', at('cosign.pub')]],
    ['USAGE', 2, () => ['install', signed, '--lua-root', at('cosign.pub')]],
    ['KEY_INVALID', 2, () => ['import-key-pair', '--key', at('cosign.key')]],
    ['USAGE', 2, () => ['install', signed, signed, '--key', at('cosign.pub')]],
    ['REFERENCE_INVALID', 2, () => ['push', at('empty'), at('empty')]],
    ['USAGE', 2, () => ['verify', signed, '--key', at('cosign.pub'), '--insecure-ignore-tlog']],
    ['USAGE', 2, () => ['sign', signed, '--key', at('cosign.key'), '--tlog-upload', 'maybe']],
    ['USAGE', 2, () => ['sign', signed, '--fulcio-url', 'http://fulcio.example']],
    ['USAGE', 2, () => ['sign', signed, '--fulcio-url', 'https://fulcio.example']],
    ['IDENTITY_TOKEN_INVALID', 5, () => ['sign', signed]],
    [
      'USAGE',
      2,
      () => ['pull', signed, '--key', at('cosign.pub'), '--format', 'oci', '--output', '-'],
    ],
  ] as const)('%s is exit %i', async (code, status, args) => {
    const failed = await fail(...args());
    expect(failed).toMatchObject({ code, status });
  });

  it('PLUGIN_REFUSED is exit 8, with file and line', async () => {
    const source = at('broken');
    mkdirSync(join(source, 'kong/plugins/broken'), { recursive: true });
    writeFileSync(join(source, 'kong/plugins/broken/handler.lua'), 'local x = = 1\n');
    writeFileSync(join(source, 'kong/plugins/broken/schema.lua'), 'return { name = "broken" }\n');
    for (const args of [
      ['pack', source, '-o', at('broken.tar.gz')],
      ['push', source, `oci-layout:${at('never')}`],
    ])
      expect(await fail(...args)).toMatchObject({
        code: 'PLUGIN_REFUSED',
        status: 8,
        stderr: expect.stringContaining('handler.lua:1') as string,
      });
    // What lint finds is its result.
    const linted = await runKongcrate(['lint', source, '--json']);
    expect(linted).toMatchObject({ status: 8, stderr: '' });
    expect(JSON.parse(linted.stdout)).toMatchObject({
      name: 'broken',
      findings: [{ rule: 'lua-syntax', line: 1 }, { rule: 'schema-fields' }],
      capabilities: [],
    });
  });

  it('an archive with secrets beside the plugin is never pushed, as tar czf packs them', async () => {
    const source = at('seed');
    cpSync(join(PLUGINS, 'hello-header'), source, { recursive: true });
    cpSync(at('cosign.key'), join(source, 'cosign.key'));
    writeFileSync(join(source, '.env'), 'TOKEN=secret');
    await run('tar', ['czf', at('seed.tar.gz'), '-C', source, '.']);
    for (const args of [
      ['push', at('seed.tar.gz'), `oci-layout:${at('never')}`],
      ['publish', at('seed.tar.gz'), `oci-layout:${at('never')}`, '--key', at('cosign.key')],
    ]) {
      const failed = await fail(...args);
      expect(failed).toMatchObject({ code: 'PLUGIN_REFUSED', status: 8 });
      expect(failed.stderr).toContain('cosign.key');
      expect(failed.stderr).toContain('.env');
    }
    expect(existsSync(at('never'))).toBe(false);
  });

  it('what push and publish cannot do with a file is said to its author', async () => {
    await run('tar', ['cf', at('plain.tar'), '-C', join(PLUGINS, 'hello-header'), '.']);
    const plain = await fail('push', at('plain.tar'), `oci-layout:${at('never')}`);
    expect(plain).toMatchObject({ code: 'ARCHIVE_REFUSED', status: 8 });
    expect(plain.stderr).toContain('tar czf');
    await kongcrate(['pack', join(PLUGINS, 'hello-header'), '-o', at('packed.tar.gz')]);
    const tree = ['push', at('packed.tar.gz'), `oci-layout:${at('never')}`, '--layout', 'tree'];
    expect(await fail(...tree)).toMatchObject({ code: 'USAGE', status: 2 });
  });

  it('--check-tag compares the tag with the digest: 12 when it was moved', async () => {
    const layout = `oci-layout:${at('check-tag')}`;
    const old = await kongcrate(['push', join(PLUGINS, 'quota-notes'), `${layout}:stable`]);
    await kongcrate(['sign', old, '--key', at('cosign.key')]);
    const pinned = old.replace('@', ':stable@');
    const check = [pinned, '--key', at('cosign.pub'), '--check-tag'];
    await kongcrate(['verify', ...check]);
    await kongcrate(['push', join(PLUGINS, 'hello-header'), `${layout}:stable`, '--force']);
    expect(await fail('verify', ...check)).toMatchObject({ code: 'IDENTITY_MISMATCH', status: 12 });
    await kongcrate(['verify', pinned, '--key', at('cosign.pub')]);
  });

  it('SOURCE_DATE_EPOCH that is no number is exit 2', async () => {
    const args = ['push', join(PLUGINS, 'hello-header'), `oci-layout:${at('never')}`];
    const failed = await runKongcrate(args, { env: { SOURCE_DATE_EPOCH: 'yesterday' } });
    expect(failed.status).toBe(2);
    expect(failed.stderr).toContain('yesterday');
  });

  it('ARCHIVE_REFUSED is exit 8', async () => {
    writeFileSync(at('garbage.tar.gz'), 'no archive');
    const failed = await fail('unpack', at('garbage.tar.gz'), '-C', at('unpacked'));
    expect(failed).toMatchObject({ code: 'ARCHIVE_REFUSED', status: 8 });
  });

  it('KEY_PASSWORD is exit 2 for a wrong password', async () => {
    const wrong = ['sign', signed, '--key', at('cosign.key'), '--json'];
    const failed = await runKongcrate(wrong, { env: { COSIGN_PASSWORD: 'wrong' } });
    expect(failed.status).toBe(2);
    expect(failed.stderr).toContain('KEY_PASSWORD');
  });

  it('TAG_VERSION_MISMATCH is exit 2, and TAG_EXISTS 18 until --force', async () => {
    const plugin = join(PLUGINS, 'quota-notes');
    const target = `oci-layout:${at('tags')}`;
    const key = ['--key', at('cosign.key')];
    expect(await fail('publish', plugin, `${target}:9.9.9`, ...key)).toMatchObject({
      code: 'TAG_VERSION_MISMATCH',
      status: 2,
    });
    await kongcrate(['push', plugin, `${target}:stable`]);
    const other = join(PLUGINS, 'hello-header');
    expect(await fail('push', other, `${target}:stable`)).toMatchObject({
      code: 'TAG_EXISTS',
      status: 18,
    });
    const moved = await kongcrate(['push', other, `${target}:stable`, '--force']);
    const shown = await kongcrate(['inspect', `${target}:stable`]);
    expect(shown.split('\n')[0]).toBe(moved);
  });

  it('DOWNGRADE is exit 18 until the flag is given, and rollback is exempt', async () => {
    const flags = ['--key', at('cosign.pub'), '--lua-root', at('downgrade')];
    const newer = await publishVersion('1.3.0', '1.3.0');
    await kongcrate(['install', newer, ...flags]);
    const refused = await fail('install', signed, ...flags);
    expect(refused).toMatchObject({ code: 'DOWNGRADE', status: 18 });
    await kongcrate(['install', signed, '--allow-downgrade', ...flags]);
    await kongcrate(['rollback', '--lua-root', at('downgrade')]);
    expect(await kongcrate(['status', '--lua-root', at('downgrade')])).toContain('1.3.0');
  });

  it('a full-version tag with another signed version is exit 12', async () => {
    const flags = ['--key', at('cosign.key')];
    const layout = `oci-layout:${at('mislabelled')}`;
    await kongcrate(['publish', join(PLUGINS, 'hello-header'), `${layout}:stable`, ...flags]);
    const index = join(at('mislabelled'), 'index.json');
    writeFileSync(index, readFileSync(index, 'utf8').replace('"stable"', '"2.0.0"'));
    const trust = ['--key', at('cosign.pub'), '--lua-root', at('lua')];
    const failed = await fail('install', `${layout}:2.0.0`, ...trust);
    expect(failed).toMatchObject({ code: 'IDENTITY_MISMATCH', status: 12 });
  });

  it('drift is exit 3 of status --check, and installing again repairs it', async () => {
    const luaRoot = ['--lua-root', at('drift')];
    const flags = ['--key', at('cosign.pub'), ...luaRoot];
    await kongcrate(['install', signed, ...flags]);
    await kongcrate(['status', '--check', ...luaRoot]);
    writeFileSync(join(at('drift'), 'kong/plugins/hello-header/handler.lua'), 'return {}');
    const drifted = await runKongcrate(['status', '--check', ...luaRoot]);
    expect(drifted.status).toBe(3);
    expect(drifted.stdout).toContain('DRIFT changed');
    expect(await kongcrate(['install', signed, ...flags])).toMatch(/^repaired hello-header/);
    await kongcrate(['status', '--check', ...luaRoot]);
  });
});
