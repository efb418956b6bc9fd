import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { count, report } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ROOT = join(import.meta.dirname, '../..');
const ENVIRONMENT = { SOURCE_DATE_EPOCH: '1767225600', COSIGN_PASSWORD: '' };
const TIMEOUT_MS = 20 * 60_000;

/** The sources alone, somewhere else; what npm and apt fetch is not fetched again. */
async function checkOut(directory: string): Promise<string> {
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: ROOT });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(ROOT, file), join(directory, file));
  }
  for (const name of ['node_modules', '.cache'])
    symlinkSync(join(ROOT, name), join(directory, name));
  return directory;
}

async function script(root: string, name: string, ...args: readonly string[]): Promise<string> {
  const path = join(root, 'scripts/release', name);
  const options = { env: ENVIRONMENT, cwd: root, timeoutMs: TIMEOUT_MS };
  const { status, stdout, stderr } = await run(process.execPath, [path, ...args], options);
  expect(status, `${name}\n${stderr}`).toBe(0);
  return stdout.trim();
}

describeWithPeers(['docker-registry', 'skopeo', 'cosign3'], 'a release', () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  const builds = ['first', 'a second one, elsewhere'].map(at);

  beforeAll(async () => {
    for (const build of builds) {
      const project = await checkOut(join(build, 'project'));
      await script(project, 'build-files.js', join(build, 'files'), 'x64');
    }
  });

  it('has the same bytes wherever it is built', async () => {
    const [first = '', second] = builds.map((build) =>
      readFileSync(join(build, 'files/SHA256SUMS'), 'utf8'),
    );
    expect(second).toBe(first);
    const checked = await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: join(builds[0] ?? '', 'files'),
    });
    expect(checked).toMatchObject({ status: 0 });
    report(`release: two builds, the same bytes:\n${first}`);
  });

  it('is an image that runs as nobody, signed in a registry', async () => {
    const digests = [];
    for (const build of builds)
      digests.push(
        await script(ROOT, 'build-image.js', join(build, 'files'), join(build, 'image'), '0.1.0'),
      );
    expect(digests[1]).toBe(digests[0]);
    const image = join(builds[0] ?? '', 'image');
    const { host } = await startDockerRegistry();
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
    const copied = `${host}/kongcrate/kongcrate:0.1.0`;
    await kongcrate(['copy', `oci-layout:${image}:0.1.0`, copied]);
    const signed = await kongcrate(['sign', copied, '--key', at('cosign.key')]);
    expect(signed).toBe(`${host}/kongcrate/kongcrate@${digests[0] ?? ''}`);
    const trust = ['--key', at('cosign.pub'), '--insecure-ignore-tlog=true'];
    await runPeer('cosign3', ['verify', ...trust, '--allow-http-registry', signed]);
    await runPeer('skopeo', [
      'copy',
      '--src-tls-verify=false',
      `docker://${copied}`,
      `dir:${at('pulled')}`,
    ]);
    const pulled = JSON.parse(readFileSync(at('pulled/manifest.json'), 'utf8')) as {
      layers: readonly { digest: string }[];
    };
    const layer = pulled.layers[0]?.digest.replace('sha256:', '') ?? '';
    mkdirSync(at('root'));
    await runPeer('tar', ['xzf', join(at('pulled'), layer), '-C', at('root')]);
    const args = ['--userspec=65532:65532', at('root'), '/usr/local/bin/kongcrate', 'version'];
    const version = await run('chroot', args);
    expect(version).toMatchObject({ status: 0 });
    const { stdout } = await run('find', [at('root'), '-type', 'f']);
    report(
      `release: the image holds ${count(stdout.trim().split('\n').length)} files: ${version.stdout.trim()}`,
    );
  });
});
