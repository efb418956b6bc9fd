import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const cwd = temporaryDirectory();
const env = { COSIGN_PASSWORD: '' };
mkdirSync(join(cwd, 'my-plugin'));
writeFileSync(
  join(cwd, 'my-plugin/handler.lua'),
  'return { PRIORITY = 1000, VERSION = "1.2.0", access = function() end }\n',
);
writeFileSync(join(cwd, 'my-plugin/schema.lua'), 'return { name = "my-plugin", fields = {} }\n');
await runKongcrate(['generate-key-pair'], { cwd, env });

const publish = (...flags: readonly string[]): Promise<RunResult> =>
  runKongcrate(
    ['publish', './my-plugin', 'oci-layout:./dist:1.2.0', '--key', 'cosign.key', ...flags],
    { cwd, env },
  );
const verify = (...flags: readonly string[]): Promise<RunResult> =>
  runKongcrate(['verify', 'oci-layout:./dist:1.2.0', '--key', 'cosign.pub', ...flags], {
    cwd,
    env,
  });

describe('publish --provenance --sbom', () => {
  it('is refused outside a CI, and nothing is written', async () => {
    const { status, stderr } = await publish('--provenance');
    expect([status, stderr]).toEqual([2, expect.stringContaining('this is none')]);
    expect((await verify()).status).toBe(11);
  });

  it('attests both SBOMs once, beside a signature that still holds', async () => {
    const first = await publish('--sbom=both');
    expect(first.status, first.stderr).toBe(0);
    expect((await publish('--sbom=both')).stderr).toContain('was there');
    expect((await verify()).status).toBe(0);
    for (const type of ['spdxjson', 'cyclonedx']) {
      const { status, stdout } = await verify('--attestation', type, '--json');
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as { attestations: unknown[] }).attestations).toHaveLength(1);
    }
    const missing = await verify('--attestation', 'openvex');
    expect(missing.status).toBe(12);
  });

  it('is asked for in vain where a policy lets pass what nobody signed', async () => {
    const reference = 'oci-layout:./unsigned:1.2.0';
    const pushed = await runKongcrate(['push', './my-plugin', reference], { cwd, env });
    expect(pushed.status, pushed.stderr).toBe(0);
    writeFileSync(
      join(cwd, 'policy.yaml'),
      'version: 1\ntrust:\n  rules:\n    - match: localhost/*\n      unsigned: allow\n',
    );
    const ask = (...flags: readonly string[]): Promise<RunResult> =>
      runKongcrate(['verify', reference, '--policy', 'policy.yaml', ...flags], { cwd, env });
    expect((await ask()).status).toBe(0);
    const { status, stderr } = await ask('--attestation', 'slsaprovenance1');
    expect([status, stderr]).toEqual([10, expect.stringContaining('has no attestation')]);
  });
});
