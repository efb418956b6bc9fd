import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runKongcrate } from '../support/run.ts';

/** A checkout of github.com/sigstore/sigstore-conformance; its cases are not copied here. */
const SUITE = process.env['KONGCRATE_CONFORMANCE'] ?? '';
const CASES = join(SUITE, 'test/assets/bundle-verify');
const LEAST_CASES = 70;

/** What the suite's client takes where a case has no file of its own. */
const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

/** The command line that test/client.py of the suite would make of a case. */
function argumentsOf(directory: string): readonly string[] {
  const fileOr = (name: string, otherwise: string): string =>
    existsSync(join(directory, name)) ? join(directory, name) : otherwise;
  const textOr = (name: string, otherwise: string): string =>
    existsSync(join(directory, name))
      ? readFileSync(join(directory, name), 'utf8').trim()
      : otherwise;
  const bundle = join(directory, 'bundle.sigstore.json');
  const key = fileOr('key.pub', '');
  const root = fileOr('trusted_root.json', '');
  const signer =
    key === ''
      ? [
          ...['--certificate-identity', textOr('identity', IDENTITY)],
          ...['--certificate-oidc-issuer', textOr('issuer', ISSUER)],
        ]
      : ['--key', key];
  return [
    ...['verify', fileOr('artifact', join(CASES, 'a.txt')), '--bundle', bundle, ...signer],
    ...(root === '' ? [] : ['--trusted-root', root]),
    ...attestationOf(bundle),
  ];
}

/** The suite's client takes statements of any type; here the type has to be asked for. */
function attestationOf(bundle: string): readonly string[] {
  const [, payload] = /"payload":\s*"([^"]+)"/.exec(readFileSync(bundle, 'utf8')) ?? [];
  if (payload === undefined) return [];
  const { predicateType } = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
    predicateType: string;
  };
  return ['--attestation', predicateType];
}

if (SUITE === '') {
  process.stderr.write(
    'SKIPPED conformance: set KONGCRATE_CONFORMANCE to a checkout of sigstore-conformance\n',
  );
  describe.skip('sigstore-conformance: needs KONGCRATE_CONFORMANCE', () => {
    it('verify-bundle', () => undefined);
  });
} else {
  const cases = readdirSync(CASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  describe('sigstore-conformance: verify-bundle', () => {
    it('has all its cases', () => {
      expect(cases.length).toBeGreaterThanOrEqual(LEAST_CASES);
    });

    it.each(cases)('%s', async (name) => {
      const { status, stdout, stderr } = await runKongcrate(argumentsOf(join(CASES, name)));
      // A refusal is one of trust, of the bundle or of the root: never a fault.
      if (name.endsWith('_fail')) expect([2, 7, 12, 13], stderr).toContain(status);
      else expect(status, stderr).toBe(0);
      expect(stdout === '').toBe(name.endsWith('_fail'));
    });
  });
}
