import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../..');

const runScript = (root: string, name: string, ...args: readonly string[]): Promise<RunResult> =>
  run(process.execPath, [join(root, 'scripts/release', name), ...args], {
    env: { COSIGN_PASSWORD: '' },
  });

describe('the version of a release', () => {
  const project = temporaryDirectory();
  const check = (changelog: string, tag: string, more = {}): Promise<RunResult> => {
    const file = { type: 'module', version: '1.2.0', repository: 'github:acme/kongcrate', ...more };
    writeFileSync(join(project, 'package.json'), JSON.stringify(file));
    writeFileSync(join(project, 'CHANGELOG.md'), changelog);
    return runScript(project, 'check-version.js', tag);
  };
  const dated =
    '# Changelog\n\n## 1.2.0 (2026-01-31)\n\n- New.\n\n## 1.1.0 (2025-12-01)\n\n- Old.\n';

  beforeAll(() => {
    cpSync(join(ROOT, 'scripts'), join(project, 'scripts'), { recursive: true });
  });

  it('is that of tag, package and changelog, which says what is new', async () => {
    const result = await check(dated, 'v1.2.0');
    expect(result).toMatchObject({ status: 0, stdout: '- New.\n' });
  });

  it.each([
    ['another tag', dated, 'v1.2.1', 'the tag is "v1.2.1" and package.json says 1.2.0'],
    ['a tag without v', dated, '1.2.0', 'the tag is "1.2.0"'],
    ['no section', '# Changelog\n', 'v1.2.0', 'CHANGELOG.md has nothing for 1.2.0'],
    ['no date', '## 1.2.0 (unreleased)\n', 'v1.2.0', 'CHANGELOG.md has "## 1.2.0 (unreleased)"'],
    ['a longer version', '## 1.2.0-rc.1 (2026-01-31)\n', 'v1.2.0', 'nothing for 1.2.0'],
  ])('is refused: %s', async (_what, changelog, tag, message) => {
    const result = await check(changelog, tag);
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toContain(message);
  });

  it('is refused where npm would refuse its provenance', async () => {
    const result = await check(dated, 'v1.2.0', { repository: undefined });
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toContain('package.json has no repository');
  });
});

describeWithPeers(['cosign3'], 'the files of a release', () => {
  const directory = temporaryDirectory();
  const files = join(directory, 'files');
  const at = (name: string): string => join(files, name);
  const key = join(directory, 'cosign');
  const names = [`kongcrate-${manifest.version}.tgz`, 'kongcrate-linux-x64'];
  const sign = (): Promise<RunResult> =>
    runScript(ROOT, 'sign-files.js', files, '--key', `${key}.key`);

  beforeAll(async () => {
    mkdirSync(files);
    for (const name of names) writeFileSync(at(name), `the bytes of ${name}`);
    const sums = await run('sha256sum', names, { cwd: files });
    writeFileSync(at('SHA256SUMS'), sums.stdout);
    await kongcrate(['generate-key-pair', '--output-key-prefix', key]);
    expect(await sign()).toMatchObject({ status: 0 });
  });

  it.each([...names, 'SHA256SUMS'])(
    '%s is signed, as cosign and kongcrate see it',
    async (name) => {
      const bundle = ['--bundle', `${at(name)}.sigstore.json`];
      const trust = ['--key', `${key}.pub`];
      await kongcrate(['verify', at(name), ...bundle, ...trust]);
      const offline = ['--insecure-ignore-tlog=true', at(name)];
      await runPeer('cosign3', ['verify-blob', ...trust, ...bundle, ...offline]);
      const other = at(name === 'SHA256SUMS' ? (names[0] ?? '') : 'SHA256SUMS');
      const refused = await runKongcrate(['verify', other, ...bundle, ...trust]);
      expect(refused.status, refused.stderr).toBe(12);
    },
  );

  it('are not signed when one is not what the checksums say', async () => {
    const bundle = readFileSync(`${at('SHA256SUMS')}.sigstore.json`, 'utf8');
    appendFileSync(at('kongcrate-linux-x64'), '!');
    const refused = await sign();
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^kongcrate-linux-x64 is [0-9a-f]{64}, and SHA256SUMS says/);
    expect(readFileSync(`${at('SHA256SUMS')}.sigstore.json`, 'utf8')).toBe(bundle);
  });
});
