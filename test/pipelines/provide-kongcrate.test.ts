import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { writeSource } from '../registry/plugin-source.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { startNpmRegistry } from '../support/npm-registry.ts';
import { runCompositeAction } from '../support/run-composite-action.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

it('comes from npm in the version of the action, once a job, whatever was checked out says', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, '.npmrc'), 'registry=http://127.0.0.1:1/\nfetch-retries=0\n');
  await kongcrate(['generate-key-pair'], { cwd });
  const registry = await startNpmRegistry();
  const env = {
    RUNNER_TEMP: temporaryDirectory(),
    NPM_CONFIG_REGISTRY: registry.url,
    npm_config_fetch_retries: '0',
    COSIGN_PASSWORD: '',
  };
  const reference = 'oci-layout:./dist:1.0.0';
  const inputs = { reference, path: writeSource('1.0.0'), key: 'cosign.key', provenance: 'false' };
  const published = await runCompositeAction('publish', inputs, { cwd, env });
  expect(published.status, published.stdout).toBe(0);
  const verified = await runCompositeAction(
    'verify',
    { reference, key: 'cosign.pub' },
    { cwd, env },
  );
  expect(verified.status, verified.stdout).toBe(0);
  expect(verified.outputs['digest']).toBe(published.outputs['digest']);
  expect(registry.requests).toEqual([`GET /${manifest.name} 200`, 'GET /package.tgz 200']);

  const missing = { ...inputs, version: '99.0.0' };
  const refused = await runCompositeAction('publish', missing, { cwd, env });
  expect([refused.status, refused.outputFile]).toEqual([2, '']);
  expect(refused.stdout).toContain('npm did not install kongcrate@99.0.0');
});
