import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { openProgramKey } from '../../src/workflows/key-program/open-program-key.ts';
import { signArtifact } from '../../src/workflows/sign-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { filesBelow } from '../support/files-below.ts';
import { ANSWERS, makeKeyProgram } from '../support/key-program.ts';
import { publish } from '../support/published.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// A program that keeps a key is somebody else's: what it says is an answer, never a fact.

const NAME = 'testkms://release?version=3';
const SECRET = 'S3CRET';
const PEM = `-----BEGIN EC PRIVATE KEY-----\n${SECRET}\n-----END EC PRIVATE KEY-----`;

let key: PrivateKey;
let other: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
  other = await makeKey();
});

const signature = (base64: string): string => `echo '{"signMessage":{"signature":${base64}}}'`;

type Row = readonly [what: string, script: string, code: ErrorCode, words: string];

const NO_ANSWER: readonly Row[] = [
  ['says nothing', 'exit 0', 'SIGNING_SERVICE_ERROR', 'ended with 0, and its answer is no JSON'],
  ['prints garbage', `echo ${SECRET}`, 'SIGNING_SERVICE_ERROR', 'no JSON object'],
  ['prints null', 'echo null', 'SIGNING_SERVICE_ERROR', 'no JSON object'],
  ['prints a list', 'echo [1]', 'SIGNING_SERVICE_ERROR', 'its answer has no'],
  ['answers twice', 'echo "{}{}"', 'SIGNING_SERVICE_ERROR', 'no JSON object'],
  ['answers something else', 'echo "{}"', 'SIGNING_SERVICE_ERROR', 'its answer has no'],
  [
    'fails',
    'echo "no card" >&2; exit 3',
    'SIGNING_SERVICE_ERROR',
    'ended with 3, and its answer is no JSON object: no card',
  ],
  [
    'is ended by a signal',
    'echo "{}"; kill -9 $$',
    'SIGNING_SERVICE_ERROR',
    'could not be run to its end',
  ],
  ['floods', 'exec yes', 'SIGNING_SERVICE_ERROR', 'more than 65536 bytes'],
  ['floods stderr', 'exec yes >&2', 'SIGNING_SERVICE_ERROR', 'more than 65536 bytes'],
  [
    'says why',
    `echo '{"errorMessage":"protocol v1 is too old"}'`,
    'SIGNING_SERVICE_ERROR',
    'it says: protocol v1 is too old',
  ],
  ['says why as no text', `echo '{"errorMessage":7}'`, 'SIGNING_SERVICE_ERROR', 'it says: 7'],
  ['tells its PIN', `echo 'PIN: ${SECRET}' >&2; exit 1`, 'SIGNING_SERVICE_ERROR', 'PIN: ***'],
  [
    'tells a token',
    `echo '{"errorMessage":"Authorization: Bearer ${SECRET}"}'`,
    'SIGNING_SERVICE_ERROR',
    'Authorization: ***',
  ],
  ['tells its key', `echo '${PEM}' >&2; exit 1`, 'SIGNING_SERVICE_ERROR', '***'],
  ['steers the terminal', `printf 'x\\033[2Jy' >&2; exit 1`, 'SIGNING_SERVICE_ERROR', 'x[2Jy'],
];

const expectHarmless = ({ message, remedy }: Error & { readonly remedy: string }): void => {
  expect(`${message} ${remedy}`).not.toMatch(/S3CRET|\u001b/);
};

describe('a program that is asked for its public key and', () => {
  it.each<Row>([
    ...NO_ANSWER,
    ['has none', `echo '{"publicKey":{}}'`, 'SIGNING_SERVICE_ERROR', 'has no publicKeyPEM'],
    [
      'has another kind',
      `echo '{"publicKey":{"publicKeyPEM":[1]}}'`,
      'SIGNING_SERVICE_ERROR',
      'has no publicKeyPEM',
    ],
    [
      'gives no PEM',
      `echo '{"publicKey":{"publicKeyPEM":"YWJj"}}'`,
      'SIGNING_SERVICE_ERROR',
      'not one PEM block',
    ],
    [
      'gives a private key',
      ANSWERS.publicKey.replace('.pub', '.key'),
      'SIGNING_SERVICE_ERROR',
      'this is a private key',
    ],
  ])('%s: %s', async (_what, publicKey, code, words) => {
    const PATH = makeKeyProgram({ key, publicKey });
    const error = await expectError(() => openProgramKey(NAME, { environment: { PATH } }), code);
    expect(error.message).toContain('sigstore-kms-testkms');
    expect(error.message).toContain(words);
    expectHarmless(error);
  });
});

describe('a program that is asked for a signature and', () => {
  it.each<Row>([
    ...NO_ANSWER,
    ['gives none', signature('""'), 'SIGNING_SERVICE_ERROR', 'has no signature'],
    ['gives another kind', signature('{}'), 'SIGNING_SERVICE_ERROR', 'has no signature'],
    ['gives garbage', signature('"AAAA"'), 'SIGNATURE_MISMATCH', 'does not verify'],
    ['gives no base64', signature('"!"'), 'SIGNATURE_MISMATCH', 'does not verify'],
    [
      'signs other bytes',
      `echo x | ${ANSWERS.signMessage}`,
      'SIGNATURE_MISMATCH',
      'does not verify',
    ],
    [
      'signs with another hash',
      ANSWERS.signMessage.replace('sha256', 'sha384'),
      'SIGNATURE_MISMATCH',
      'does not verify',
    ],
    [
      'signs with another key',
      ANSWERS.signMessage.replace('.key', '.other'),
      'SIGNATURE_MISMATCH',
      'does not verify',
    ],
  ])('%s writes nothing', async (_what, signMessage, code, words) => {
    const PATH = makeKeyProgram({ key: other });
    writeFileSync(
      join(PATH, 'sigstore-kms-testkms.other'),
      readFileSync(join(PATH, 'sigstore-kms-testkms.key')),
    );
    makeKeyProgram({ key, signMessage, directory: PATH });
    const { reference, directory } = await publish();
    const before = filesBelow(directory);
    const signer = await openProgramKey(NAME, { environment: { PATH } });
    const error = await expectError(() => signArtifact(reference, { signer }), code);
    expect(error.message).toContain(words);
    expectHarmless(error);
    expect(filesBelow(directory)).toEqual(before);
  });

  it('hangs is ended with all that it started, and may be given longer', async () => {
    const PATH = makeKeyProgram({ key, signMessage: 'sleep 1000 & echo $! >"$0.pid"; wait' });
    const signer = await openProgramKey(NAME, { environment: { PATH }, timeoutMs: 2_000 });
    const error = await expectError(() => signer.sign(Buffer.from('x')), 'TIMED_OUT');
    expect(error.message).toContain('within 2 s');
    expect(error.remedy).toContain('--timeout');
    const pid = readFileSync(join(PATH, 'sigstore-kms-testkms.pid'), 'utf8').trim();
    const stat = `/proc/${pid}/stat`;
    await vi.waitUntil(
      () => !existsSync(stat) || readFileSync(stat, 'latin1').includes(') Z '),
      10_000,
    );
  });

  it('is interrupted ends the call with the reason', async () => {
    const caller = new AbortController();
    const reason = new Error('enough');
    caller.abort(reason);
    const environment = { PATH: makeKeyProgram({ key }) };
    await expect(openProgramKey(NAME, { environment, signal: caller.signal })).rejects.toBe(reason);
  });
});

describe('the program of a key', () => {
  const missing = async (PATH: string | undefined): Promise<void> => {
    const environment = PATH === undefined ? {} : { PATH };
    const error = await expectError(() => openProgramKey(NAME, { environment }), 'KEY_INVALID');
    expect(error.message).toContain('sigstore-kms-testkms is in no absolute directory of PATH');
    expect(error.remedy).toContain('docs/keys.md');
  };

  it('is never looked for in the working directory or below', async () => {
    const cwd = temporaryDirectory();
    makeKeyProgram({ key, directory: cwd });
    makeKeyProgram({ key, directory: join(cwd, 'bin') });
    for (const PATH of ['.', '', ':', './bin', 'bin:/usr/bin', '/usr/bin::/bin', './', '../bin']) {
      const args = ['public-key', '--key', NAME, '--json'];
      const { status, stderr } = await runKongcrate(args, {
        cwd,
        env: { PATH: `${PATH}:/nowhere` },
      });
      expect(status, PATH).toBe(2);
      expect(stderr).toContain('"KEY_INVALID"');
      expect(stderr).toContain('in no absolute directory of PATH');
    }
  }, 30_000);

  it('is a file that can be run, the first one, behind a link too', async () => {
    const good = makeKeyProgram({ key });
    const linked = temporaryDirectory();
    symlinkSync(join(good, 'sigstore-kms-testkms'), join(linked, 'sigstore-kms-linked'));
    for (const end of ['.pub', '.key'])
      symlinkSync(
        join(good, `sigstore-kms-testkms${end}`),
        join(linked, `sigstore-kms-linked${end}`),
      );
    const environment = { PATH: `${linked}:${good}` };
    const viaLink = await openProgramKey('linked://x', { environment });
    expect(viaLink.identity.keyId).toBe(key.publicKey.keyId);

    const [closed, directory] = [makeKeyProgram({ key: other }), temporaryDirectory()];
    chmodSync(join(closed, 'sigstore-kms-testkms'), 0o644);
    mkdirSync(join(directory, 'sigstore-kms-testkms'));
    symlinkSync('/nowhere', join(linked, 'sigstore-kms-testkms'));
    await missing([closed, directory, linked].join(':'));
    const PATH = [closed, directory, linked, good, makeKeyProgram({ key: other })].join(':');
    const { identity } = await openProgramKey(NAME, { environment: { PATH } });
    expect(identity.keyId).toBe(key.publicKey.keyId);
    await missing(undefined);
  });

  it('has a scheme that is no path, and its name is no shell’s', async () => {
    const environment = { PATH: makeKeyProgram({ key }) };
    const names = [
      '../testkms://x',
      'a/b://x',
      '.://x',
      ' testkms://x',
      '-://x',
      'testkms',
      '://x',
    ];
    for (const name of [...names, 'pkcs11:token=x?pin-value=S3CRET'])
      expectHarmless(await expectError(() => openProgramKey(name, { environment }), 'KEY_INVALID'));
    const seen = join(temporaryDirectory(), 'seen');
    const PATH = makeKeyProgram({ key, first: `printf '%s\\n' "$#" "$@" >${seen}` });
    const resource = `$(touch ${seen}.x); "é" \\ 'y' && z`;
    await openProgramKey(`testkms://${resource}`, { environment: { PATH } });
    const [count, version, question = ''] = readFileSync(seen, 'utf8').split('\n');
    expect([count, version]).toEqual(['2', 'v1']);
    expect(JSON.parse(question)).toMatchObject({ initOptions: { keyResourceID: resource } });
    expect(existsSync(`${seen}.x`)).toBe(false);
  });
});
