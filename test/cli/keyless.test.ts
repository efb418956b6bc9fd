import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ISSUER, makeBundle, makeRoot, SUBJECT } from '../signing/keyless.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content);
  return at(name);
};

const bytes = Buffer.from('a plugin\n');
const file = write('plugin.tar.gz', bytes);
const bundle = write('plugin.sigstore.json', makeBundle({ file: bytes }));
const root = write('root.json', JSON.stringify(makeRoot()));
const identity = ['--certificate-identity', SUBJECT, '--certificate-oidc-issuer', ISSUER];
const judge = ['verify', file, '--bundle', bundle, '--trusted-root', root];

async function fail(...args: readonly string[]): Promise<{ status: number | null; code: string }> {
  const { status, stdout, stderr } = await runKongcrate([...args, '--json']);
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr) as { error: { code: string } };
  return { status, code: error.code };
}

describe('verify FILE --bundle', () => {
  it('says by whom, and what was checked', async () => {
    const text = await kongcrate([...judge, ...identity]);
    const [first, ...others] = text.split('\n');
    expect(first).toBe(`trusted: signed by ${SUBJECT} (${ISSUER})`);
    expect(others.join('\n')).toContain('entry in the transparency log');
    expect(others.join('\n')).toContain('signed at: 2026-01-15T10:01:00.000Z');
    const json = JSON.parse(await kongcrate([...judge, ...identity, '--json'])) as object;
    expect(json).toMatchObject({
      file,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      trust: { kind: 'signed', signers: [{ kind: 'certificate', subject: SUBJECT }] },
    });
  });

  it('takes expressions for the whole text, and cosign’s way to say no', async () => {
    const expressions = [
      ...['--certificate-identity-regexp', 'https://github\\.com/acme/.*'],
      ...['--certificate-oidc-issuer-regexp', 'https://token\\..*'],
    ];
    await kongcrate([...judge, ...expressions, '--insecure-ignore-tlog=false']);
  });

  it.each([
    ['CERTIFICATE_MISMATCH', 13, [...judge, '--certificate-identity', 'x', ...identity.slice(2)]],
    ['SIGNATURE_MISMATCH', 12, [...judge, ...identity, '--insecure-ignore-tlog']],
    ['SIGNATURE_MISMATCH', 12, ['verify', root, '--bundle', bundle, ...identity]],
    ['CONTENT_INVALID', 7, ['verify', file, '--bundle', root, ...identity]],
    ['TRUST_MISSING', 2, judge],
    ['TRUSTED_ROOT_INVALID', 2, [...judge.slice(0, 4), '--trusted-root', bundle, ...identity]],
    ['SOURCE_UNREADABLE', 2, [...judge.slice(0, 4), '--trusted-root', at('no'), ...identity]],
    ['SOURCE_UNREADABLE', 2, ['verify', at('no'), '--bundle', bundle, ...identity]],
    ['USAGE', 2, [...judge, ...identity.slice(0, 2)]],
    ['USAGE', 2, [...judge, ...identity.slice(2)]],
    ['USAGE', 2, [...judge, '--certificate-identity', '', ...identity.slice(2)]],
    ['USAGE', 2, [...judge, ...identity, '--certificate-identity-regexp', '.*']],
    ['USAGE', 2, [...judge, '--certificate-identity-regexp', '(', ...identity.slice(2)]],
    ['USAGE', 2, [...judge, '--certificate-github-workflow-ref', 'refs/heads/main']],
    ['USAGE', 2, [...judge, ...identity, '--insecure-ignore-tlog=maybe']],
    ['USAGE', 2, [...judge, ...identity, '--plugin', 'x']],
    ['USAGE', 2, [...judge, ...identity, '--installed']],
    ['USAGE', 2, ['verify', '--bundle', bundle, ...identity]],
    ['USAGE', 2, ['verify', file, file, '--bundle', bundle, ...identity]],
    ['USAGE', 2, ['verify', 'a/bc', '--attestation', 'x', ...identity]],
  ] as const)('%s, exit %i: %j', async (code, status, args) => {
    expect(await fail(...args)).toEqual({ code, status });
  });

  it('points to the trusted root, not to a key, where logs are unknown', async () => {
    const { status, stderr } = await runKongcrate([...judge.slice(0, 4), ...identity]);
    expect(status).toBe(12);
    expect(stderr).toMatch(/no entry of a known log.*\n {2}→ Check that --trusted-root names/);
  });

  it('a key and an identity together, as cosign refuses them', async () => {
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
    const both = [...judge, ...identity, '--key', at('cosign.pub')];
    expect(await fail(...both)).toEqual({ code: 'USAGE', status: 2 });
  });
});

describe('trust-root show', () => {
  it('names the public-good instance, with the day it is from', async () => {
    const text = await kongcrate(['trust-root', 'show']);
    expect(text).toMatch(/^sigstore's public-good root inside this package, from 2026-\d\d-\d\d\n/);
    for (const name of ['fulcio', 'ctfe', 'rekor', 'timestamp'])
      expect(text).toContain(`https://${name}.sigstore.dev`);
  });

  it('names what is in a file', async () => {
    const shown = await kongcrate(['trust-root', 'show', '--trusted-root', root, '--json']);
    expect(JSON.parse(shown)).toMatchObject({
      transparencyLogs: [{ name: 'https://log.example', from: '2026-01-01T00:00:00.000Z' }],
      timestampAuthorities: [{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string }],
    });
    const failed = await fail('trust-root', 'show', '--trusted-root', bundle);
    expect(failed).toEqual({ code: 'TRUSTED_ROOT_INVALID', status: 2 });
  });
});
