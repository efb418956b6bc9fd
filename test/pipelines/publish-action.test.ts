import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writeSource } from '../registry/plugin-source.ts';
import { htpasswdAuth, startAuthRegistry } from '../support/auth-registry.ts';
import { GITHUB } from '../support/ci-environments.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { LOOPBACK_ONLY } from '../support/local-sigstore/cosign-cell.ts';
import { jsonReply, startHttpService } from '../support/local-sigstore/http-service.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runCompositeAction, type ActionResult } from '../support/run-composite-action.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/kongcrate.js');
const SEVERAL = join(import.meta.dirname, '../../testdata/corpus/several-deep');
const IDENTITY = `https://github.com/${GITHUB.GITHUB_WORKFLOW_REF}`;
const ISSUER = 'https://token.actions.githubusercontent.com';
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const source = writeSource('1.0.0');

type Inputs = Readonly<Record<string, string>>;

describeWithPeers(['docker-registry', 'htpasswd'], 'the actions publish and verify', () => {
  let sigstore: LocalSigstore;
  let host: string;
  /** What a job with `id-token: write` has. */
  let job: Readonly<Record<string, string>>;
  let root: string;

  beforeAll(async () => {
    [sigstore, { host }] = await Promise.all([startLocalSigstore(), startDockerRegistry()]);
    const token = sigstore.token({ subject: IDENTITY, issuer: ISSUER });
    const issuing = await startHttpService(({ headers }) =>
      headers.authorization === 'Bearer S3CRET'
        ? jsonReply(200, { value: token })
        : jsonReply(401, {}),
    );
    job = {
      ...LOOPBACK_ONLY,
      ...GITHUB,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${issuing.url}/?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'S3CRET',
    };
    root = `--trusted-root=${sigstore.trustedRoot.file}`;
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
  });

  const keyless = (inputs: Inputs): Promise<ActionResult> => {
    const flags = `--signing-config=${sigstore.signingConfig('rekor1')}\n  ${root}\n`;
    return runCompositeAction(
      'publish',
      { path: source, program: PROGRAM, flags, ...inputs },
      { env: job },
    );
  };
  const verify = (inputs: Inputs): Promise<ActionResult> =>
    runCompositeAction('verify', { program: PROGRAM, flags: root, ...inputs }, { env: job });

  it('sign as the workflow, and say what, by whom and how to verify it', async () => {
    const tag = `${host}/acme/my-plugin:1.0.0`;
    const done = await keyless({ reference: tag });
    expect(done.status, done.stdout + done.stderr).toBe(0);
    const { digest = '' } = done.outputs;
    const reference = `${host}/acme/my-plugin@${digest}`;
    const plugin = { name: 'my-plugin', version: '1.0.0', reference, digest };
    expect(done.outputFile).toBe(
      `name=my-plugin\nversion=1.0.0\nreference=${reference}\ndigest=${digest}\n` +
        `plugins=${JSON.stringify([plugin])}\n`,
    );
    expect(done.outputs).toEqual({ ...plugin, plugins: JSON.stringify([plugin]) });
    expect(done.summary).toBe(`<h3>my-plugin 1.0.0: published</h3>

<table>
<tr><th>reference</th><td><code>${reference}</code></td></tr>
<tr><th>digest</th><td><code>${digest}</code></td></tr>
<tr><th>tag</th><td><code>1.0.0</code></td></tr>
<tr><th>signed by</th><td><code>${IDENTITY} (${ISSUER})</code></td></tr>
<tr><th>attested</th><td><code>https://slsa.dev/provenance/v1, https://spdx.dev/Document</code></td></tr>
</table>

<pre>kongcrate verify ${reference} \\
  --certificate-identity ${IDENTITY} \\
  --certificate-oidc-issuer ${ISSUER}</pre>

`);

    const checked = await verify({ reference: tag, 'certificate-identity': IDENTITY });
    expect(checked.status, checked.stdout).toBe(0);
    expect(checked.outputFile).toBe(
      `reference=${reference}\ndigest=${digest}\nname=my-plugin\nversion=1.0.0\n`,
    );
    expect(checked.summary).toBe(`<h3>Verified</h3>

<table>
<tr><th>reference</th><td><code>${reference}</code></td></tr>
<tr><th>digest</th><td><code>${digest}</code></td></tr>
<tr><th>plugin</th><td><code>my-plugin 1.0.0</code></td></tr>
<tr><th>signed by</th><td><code>${IDENTITY} (${ISSUER})</code></td></tr>
</table>

`);

    const other = await verify({ reference: tag, 'certificate-identity': `${IDENTITY}-evil` });
    expect([other.status, other.outputFile], other.stdout).toEqual([13, '']);
    expect(other.stdout).toMatch(/^::error title=kongcrate verify%3A CERTIFICATE_MISMATCH::/);
    expect(other.summary).toContain('<h3>kongcrate verify failed: CERTIFICATE_MISMATCH</h3>');
  });

  it('sign with a key of a secret, each plugin of a repository', async () => {
    const inputs = {
      path: SEVERAL,
      all: 'true',
      reference: `${host}/several`,
      key: 'env://COSIGN_KEY',
      provenance: 'false',
      sbom: 'none',
      program: PROGRAM,
    };
    const env = { COSIGN_KEY: readFileSync(at('cosign.key'), 'utf8'), COSIGN_PASSWORD: '' };
    const first = await runCompositeAction('publish', inputs, { env });
    expect(first.status, first.stdout).toBe(0);
    const plugins = JSON.parse(first.outputs['plugins'] ?? '') as { reference: string }[];
    expect(plugins).toMatchObject([{ name: 'alpha' }, { name: 'beta', version: '2.1.0' }]);
    expect(first.outputs).toMatchObject({ reference: '', digest: '', name: '' });
    expect(first.summary).toMatch(/alpha 1\.0\.0: published[^]*--key cosign\.pub[^]*beta 2\.1\.0/);
    const again = await runCompositeAction('publish', inputs, { env });
    expect(again.outputFile).toBe(first.outputFile);
    expect(again.summary).toContain('<h3>alpha 1.0.0: was there</h3>');
    for (const { reference } of plugins) {
      const checked = await verify({ reference, key: at('cosign.pub') });
      expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining(reference)]);
    }
  });

  it('log in for the call, and show the password nowhere', async () => {
    const registry = await startAuthRegistry(await htpasswdAuth('bob', 'secret-word'));
    const reference = `${registry}/acme/my-plugin:1.0.0`;
    const inputs = {
      path: source,
      program: PROGRAM,
      reference,
      key: at('cosign.key'),
      provenance: 'false',
    };
    const env = { COSIGN_PASSWORD: '' };
    const login = { username: 'bob', password: 'secret-word', flags: '' };
    const done = await runCompositeAction('publish', { ...inputs, ...login }, { env });
    expect(done.status, done.stdout).toBe(0);
    const verified = await verify({ reference, key: at('cosign.pub'), ...login });
    expect(verified.outputs['digest']).toBe(done.outputs['digest']);
    const wrong = await runCompositeAction(
      'publish',
      { ...inputs, ...login, password: 'wrong-word' },
      { env },
    );
    expect(wrong.status).toBe(5);
    for (const { stdout, stderr, summary } of [done, verified, wrong])
      expect(`${stdout}${stderr}${summary}`).not.toMatch(/(secret|wrong)-word|Ym9iOn/);
  });

  it('say what is missing where a job may not ask for an identity token', async () => {
    const done = await runCompositeAction(
      'publish',
      { path: source, program: PROGRAM, reference: `${host}/acme/nobody:1.0.0` },
      { env: GITHUB },
    );
    expect([done.status, done.outputFile]).toEqual([5, '']);
    expect(done.stdout).toContain('ACTIONS_ID_TOKEN_REQUEST_URL');
  });
});
