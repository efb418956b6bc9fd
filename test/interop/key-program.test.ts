import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { pushUnsigned } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run, runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');
const LIBRARIES = ['/usr/lib/softhsm', '/usr/lib64/softhsm', '/usr/local/lib/softhsm'];
const KEY = ['--key', 'pkcs11tool://release/kongcrate'];
const SKIP_LOG = '--insecure-ignore-tlog=true';
const PROGRAM = 'sigstore-kms-pkcs11tool';
const PIN = '123456';

/** A token with one P-256 key; gives the environment that the program of our examples wants. */
async function makeToken(): Promise<Readonly<Record<string, string>>> {
  const directory = temporaryDirectory();
  const tokens = join(directory, 'tokens');
  mkdirSync(tokens);
  const configuration = join(directory, 'softhsm2.conf');
  writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
  const libraries = LIBRARIES.map((place) => join(place, 'libsofthsm2.so'));
  const env = {
    PATH: `${EXAMPLES}:/usr/bin:/bin`,
    SOFTHSM2_CONF: configuration,
    PKCS11_MODULE: libraries.find((file) => existsSync(file)) ?? '',
    PKCS11_PIN: PIN,
    COSIGN_PASSWORD: '',
  };
  const pins = ['--pin', PIN, '--so-pin', '12345678'];
  await runPeer('softhsm2-util', ['--init-token', '--free', '--label', 'release', ...pins], {
    env,
  });
  const make = ['--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'kongcrate'];
  const token = ['--module', env.PKCS11_MODULE, '--token-label', 'release', '--login'];
  const made = await run(
    join(peer('opensc-tool'), '../pkcs11-tool'),
    [...token, '--pin', PIN, ...make],
    { env },
  );
  expect(made.status, made.stderr).toBe(0);
  return env;
}

describeWithPeers(
  ['softhsm2-util', 'opensc-tool', 'crane', 'cosign2', 'cosign3', 'docker-registry'],
  'a key on a PKCS#11 token',
  () => {
    const publicKey = join(temporaryDirectory(), 'cosign.pub');
    let env: Readonly<Record<string, string>>;
    let host: string;
    beforeAll(async () => {
      env = await makeToken();
      host = (await startDockerRegistry()).host;
      writeFileSync(publicKey, `${await kongcrate(['public-key', ...KEY], { env })}\n`);
    });

    it('signs in both formats, and both cosigns verify, by file and by the same program', async () => {
      const reference = await pushUnsigned(host, 'ours');
      const sign = ['sign', reference, ...KEY, '--json'];
      expect(await kongcrate(sign, { env })).toContain('"added"');
      expect(await kongcrate(sign, { env })).not.toContain('"added"');
      for (const trust of [KEY, ['--key', publicKey]]) {
        await runPeer('cosign2', ['verify', ...trust, SKIP_LOG, reference], { env });
        for (const isBundle of [true, false])
          await runPeer(
            'cosign3',
            ['verify', ...trust, SKIP_LOG, `--new-bundle-format=${isBundle}`, reference],
            { env },
          );
        expect(await kongcrate(['verify', reference, ...trust], { env })).toMatch(
          /formats: (legacy, bundle|bundle, legacy)/,
        );
      }
    });

    it('signs for both cosigns by the same program, and kongcrate verifies', async () => {
      for (const name of ['cosign2', 'cosign3'] as const) {
        const reference = await pushUnsigned(host, name);
        const config = join(temporaryDirectory(), 'config.json');
        if (name === 'cosign3')
          writeFileSync(config, await runPeer(name, ['signing-config', 'create']));
        const flags = name === 'cosign2' ? ['--tlog-upload=false'] : ['--signing-config', config];
        await runPeer(name, ['sign', '--yes', ...KEY, ...flags, reference], { env });
        await kongcrate(['verify', reference, ...KEY], { env });
      }
    });

    it('tells cosign the same public key', async () => {
      const shown = await runPeer('cosign3', ['public-key', ...KEY], { env });
      expect(shown).toBe(readFileSync(publicKey, 'utf8').trimEnd());
    });

    it('signs nothing with a wrong PIN, and says so', async () => {
      const reference = await pushUnsigned(host, 'wrong PIN');
      const wrong = { ...env, PKCS11_PIN: '654321' };
      const { status, stderr } = await runKongcrate(['sign', reference, ...KEY], { env: wrong });
      expect(status).toBe(4);
      expect(stderr).toContain('CKR_PIN_INCORRECT');
      expect((await run(peer('crane'), ['ls', reference.replace(/@.*/, '')])).stdout).toBe('');
    });

    it.each<[what: string, asked: object, words: string]>([
      ['without a PIN', { methodName: 'signMessage' }, 'PKCS11_PIN is not set'],
      ['another key', { keyResourceID: 'release/other' }, 'no such public key'],
      ['another token', { keyResourceID: 'other/kongcrate' }, 'no such public key'],
      ['a key without a token', { keyResourceID: 'kongcrate' }, 'write TOKEN/LABEL'],
      ['a quoted name', { keyResourceID: 'release/a"b' }, 'a name with a quote'],
      ['another hash', { hashFunc: 6 }, 'only SHA-256'],
      ['another method', { methodName: 'createKey' }, 'only publicKey'],
    ])('refuses %s', async (_what, asked, words) => {
      const question = { keyResourceID: 'release/kongcrate', methodName: 'publicKey', ...asked };
      expect(await askProgram('v1', question)).toContain(words);
      expect(await askProgram('v2', question)).toContain('protocol v1');
    });

    async function askProgram(version: string, question: object): Promise<string> {
      const options = { env: { ...env, PKCS11_PIN: '' }, input: 'message' };
      const args = [version, JSON.stringify(question)];
      const { status, stdout } = await run(join(EXAMPLES, PROGRAM), args, options);
      expect(status).toBe(1);
      return (JSON.parse(stdout) as { errorMessage: string }).errorMessage;
    }
  },
);
