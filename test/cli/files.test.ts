import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { policyText } from '../signing/policy/support.ts';
import { makeKey } from '../signing/support.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import { packLayer } from '../support/signed-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const file = at('my-plugin-1.2.0.tar.gz');
const luaRoot = ['--lua-root', at('lua')];
const KEY = ['--key', at('cosign.pub')];
const PLUGIN = ['--plugin', 'my-plugin'];
const AS = ['--as', 'registry.example/acme/my-plugin'];

/** Fails as a program sees it. */
async function fail(args: readonly string[]): Promise<{ exit: RunResult['status']; code: string }> {
  const { status, stdout, stderr } = await runKongcrate([...args, '--json']);
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr) as { error: { code: string } };
  return { exit: status, code: error.code };
}

beforeAll(async () => {
  writeFileSync(file, await packLayer('my-plugin', '1.2.0'));
  const key = await makeKey();
  writeFileSync(at('key.pem'), key.key.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(at('cosign.pub'), key.publicKey.pem);
  const rule = 'match: registry.example/**\nkeys: [cosign.pub]';
  writeFileSync(at('policy.yaml'), policyText(rule));
  const flags = ['--key', at('key.pem'), '--allow-unencrypted-key', '--bundle', at('b.json')];
  expect(await kongcrate(['sign', file, ...flags])).toBe(at('b.json'));
});

const BUNDLE = ['--bundle', at('b.json')];

describe('sign FILE', () => {
  it('says what it signed', async () => {
    const flags = ['--key', at('key.pem'), '--allow-unencrypted-key', '--bundle', at('c.json')];
    const json = JSON.parse(await kongcrate(['sign', file, ...flags, '--json'])) as object;
    expect(json).toEqual({
      ...{ file, bundle: at('c.json') },
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    });
  });

  it('never overwrites, and asks for no password in vain', async () => {
    const before = readFileSync(at('b.json'));
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('locked')], {
      env: { COSIGN_PASSWORD: 'secret' },
    });
    // Without the variable and without a terminal the password would be the mistake.
    const locked = ['sign', file, '--key', at('locked.key')];
    expect(await fail([...locked, ...BUNDLE])).toEqual({ exit: 18, code: 'NOT_OURS' });
    expect(await fail([...locked, '--bundle', at('new')])).toEqual({
      ...{ exit: 2, code: 'KEY_PASSWORD' },
    });
    expect(readFileSync(at('b.json'))).toEqual(before);
    expect(existsSync(at('new'))).toBe(false);
  });

  it.each([
    ['USAGE', 2, [...BUNDLE, '-a', 'k=v']],
    ['USAGE', 2, [...BUNDLE, '--signature-format', 'legacy']],
    ['USAGE', 2, [...BUNDLE, ...AS]],
    ['REFERENCE_INVALID', 2, []],
    ['INSTALL_FAILED', 9, ['--bundle', at('no/such/place')]],
  ] as const)('%s, exit %i: %j', async (code, exit, flags) => {
    const args = ['sign', file, '--key', at('key.pem'), '--allow-unencrypted-key', ...flags];
    expect(await fail(args)).toEqual({ exit, code });
  });
});

describe('verify FILE under a policy', () => {
  it('says which rule decided', async () => {
    const flags = [...BUNDLE, '--policy', at('policy.yaml')];
    const text = await kongcrate(['verify', file, ...flags, ...AS, '--explain']);
    expect(text).toMatch(/^trusted: signed by key \w{16}\n/);
    expect(text).toContain('\nrepository: registry.example/acme/my-plugin\n');
    expect(text).toContain('policy.yaml:4: registry.example/**: this rule decides');
    expect(await fail(['verify', file, ...flags])).toEqual({ exit: 2, code: 'USAGE' });
    const elsewhere = ['--as', 'elsewhere.example/acme/my-plugin'];
    expect(await fail(['verify', file, ...flags, ...elsewhere])).toEqual({
      ...{ exit: 12, code: 'POLICY_REFUSED' },
    });
    const explained = await runKongcrate(['verify', file, ...flags, ...elsewhere, '--explain']);
    expect(explained.stderr).toContain('does not match elsewhere.example');
  });
});

describe('install FILE', () => {
  it('stages, installs, shows and judges it', async () => {
    const install = ['install', file, ...BUNDLE, ...PLUGIN, ...KEY, ...luaRoot];
    const staged = await runKongcrate([...install, '--stage']);
    expect(staged.stderr).toContain('to make it live: the same command without --stage');
    expect(await kongcrate(install)).toMatch(/^installed my-plugin 1\.2\.0 sha256:/);
    expect(await kongcrate(install)).toMatch(/^unchanged my-plugin/);
    const status = await kongcrate(['status', ...luaRoot]);
    expect(status).toContain(`  from ${file}, `);
    expect(status).toContain('  recorded: signed by key ');
    writeFileSync(at('lua/kong/plugins/my-plugin/handler.lua'), 'x');
    const drifted = await kongcrate(['status', ...luaRoot]);
    expect(drifted).toContain(`→ kongcrate install ${file} --plugin my-plugin …`);
    expect(await kongcrate(install)).toMatch(/^repaired my-plugin/);
    expect(await kongcrate(['verify', '--installed', ...luaRoot])).toMatch(/^ok my-plugin 1\.2\.0/);
    await kongcrate([...install, '--policy', at('policy.yaml'), ...AS]);
  });

  it('says loudly that nobody signed it', async () => {
    const root = ['--lua-root', at('unsigned')];
    const args = ['install', file, '--allow-unsigned', ...PLUGIN, ...root, '--quiet'];
    const { status, stderr } = await runKongcrate(args);
    expect([status, stderr]).toEqual([0, expect.stringContaining('NOT SIGNED')]);
    expect(await kongcrate(['status', ...root])).toContain('NOT SIGNED');
  });

  it.each([
    ['USAGE', 2, [...PLUGIN, ...KEY]],
    ['USAGE', 2, [...BUNDLE, ...KEY]],
    ['USAGE', 2, [...BUNDLE, ...PLUGIN, '--allow-unsigned']],
    ['USAGE', 2, ['--allow-unsigned']],
    ['USAGE', 2, [...BUNDLE, ...PLUGIN, '--policy', at('policy.yaml')]],
    ['TRUST_MISSING', 2, [...BUNDLE, ...PLUGIN]],
    ['SOURCE_UNREADABLE', 2, ['--bundle', at('none'), ...PLUGIN, ...KEY]],
    ['REFERENCE_INVALID', 2, [...BUNDLE, ...PLUGIN, ...KEY, '--as', 'x:y:z']],
    ['CONTENT_INVALID', 7, ['--bundle', file, ...PLUGIN, ...KEY]],
  ] as const)('%s, exit %i: %j', async (code, exit, flags) => {
    const args = ['install', file, ...flags, '--lua-root', at('none')];
    expect(await fail(args)).toEqual({ exit, code });
    expect(existsSync(at('none'))).toBe(false);
  });
});
