import { execFileSync } from 'node:child_process';
import { existsSync, ftruncateSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { digestOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner, type Signer } from '../../src/signing/signer.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { signFile } from '../../src/workflows/sign-file.ts';
import { verifyFile } from '../../src/workflows/verify-file.ts';
import { makeKey, payloadFor, signedBundle, signRaw, statementFor } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish, type Published } from '../support/published.ts';
import { writeSignedFile, type SignedFile } from '../support/signed-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let key: PrivateKey;
let other: PrivateKey;
let good: SignedFile;

beforeAll(async () => {
  key = await makeKey();
  other = await makeKey();
  good = await writeSignedFile({ key });
});

const write = (content: unknown): string => {
  const path = join(temporaryDirectory(), 'given');
  writeFileSync(path, content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
};

/** Both commands that judge a file refuse it alike, and nothing is written. */
async function expectRefused(given: Partial<SignedFile>, code: ErrorCode): Promise<string> {
  const { file, bundle } = { ...good, ...given };
  const keys = [key.publicKey];
  const luaRoot = join(temporaryDirectory(), 'lua');
  const options = { root: { luaRoot }, keys, bundle, expectedName: 'my-plugin' };
  await expectError(() => installPlugins([file], options), code);
  expect(existsSync(luaRoot)).toBe(false);
  return (await expectError(() => verifyFile(file, { keys, bundle }), code)).message;
}

interface Message {
  mediaType?: string;
  verificationMaterial: object;
  messageSignature: { messageDigest: Record<string, string>; signature: string };
}

/** The bundle of the good file by hand, to be changed. */
function messageBundle(change: (bundle: Message) => void = () => undefined): Message {
  const digest = Buffer.from(digestOf(good.bytes).slice(7), 'hex').toString('base64');
  const bundle: Message = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: '' } },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest },
      signature: signRaw(key, good.bytes),
    },
  };
  change(bundle);
  return bundle;
}

const statement = (changes: object = {}): object =>
  signedBundle(key, statementFor(digestOf(good.bytes), changes));
const hash = (name: string, bytes: Uint8Array): string =>
  execFileSync('openssl', ['dgst', `-${name}`, '-binary'], { input: bytes }).toString('base64');

describe('a bundle beside a file', () => {
  it('holds as it is', async () => {
    const bundle = write(messageBundle());
    await verifyFile(good.file, { keys: [key.publicKey], bundle });
  });

  it.each<[string, () => unknown, ErrorCode]>([
    ['of another key', () => messageBundle(signByOther), 'SIGNATURE_MISMATCH'],
    ['a statement as for an artifact', () => statement(), 'SIGNATURE_MISMATCH'],
    ['an attestation', () => statement({ predicateType: 'https://x' }), 'SIGNATURE_MISMATCH'],
    ['a digest that lies', () => lying('SHA2_256', 'sha256', 'lie'), 'SIGNATURE_MISMATCH'],
    ['another hash', () => lying('SHA2_512', 'sha512'), 'SIGNATURE_MISMATCH'],
    ['the name of another hash', () => lying('SHA2_384', 'sha256'), 'SIGNATURE_MISMATCH'],
    ['no digest', () => messageBundle(withoutDigest), 'CONTENT_INVALID'],
    ['an unknown version', () => messageBundle((one) => (one.mediaType = 'x')), 'CONTENT_INVALID'],
    ['nothing', () => Buffer.alloc(0), 'CONTENT_INVALID'],
    ['no JSON', () => Buffer.from('MEUCIQ=='), 'CONTENT_INVALID'],
    ['null', () => null, 'CONTENT_INVALID'],
    ['a list', () => [messageBundle()], 'CONTENT_INVALID'],
    [
      'both formats at once',
      () => ({ ...messageBundle(), base64Signature: signRaw(key, good.bytes) }),
      'CONTENT_INVALID',
    ],
  ])('%s', async (_what, make, code) => {
    await expectRefused({ bundle: write(make()) }, code);
  });

  it('of another file', async () => {
    const another = await writeSignedFile({ key, version: '1.0.1' });
    const message = await expectRefused({ bundle: another.bundle }, 'SIGNATURE_MISMATCH');
    expect(message).toContain(digestOf(another.bytes));
    await expectRefused({ file: another.file }, 'SIGNATURE_MISMATCH');
  });

  const signByOther = ({ messageSignature }: Message): void => {
    messageSignature.signature = signRaw(other, good.bytes);
  };
  const withoutDigest = ({ messageSignature }: Message): void => {
    messageSignature.messageDigest = {};
  };
  const lying = (algorithm: string, name: string, of = ''): Message =>
    messageBundle(({ messageSignature }) => {
      const digest = hash(name, of === '' ? good.bytes : Buffer.from(of));
      messageSignature.messageDigest = { algorithm, digest };
    });
});

/** One key signs artifacts and files: neither signature may pass for the other. */
describe('a signature for another purpose', () => {
  let published: Published;

  beforeAll(async () => {
    published = await publish({ key });
  });

  it('of an artifact says nothing about its manifest as a file', async () => {
    const { store, subject } = published;
    const chunks: Buffer[] = [];
    for await (const chunk of await store.open(subject.descriptor)) chunks.push(chunk as Buffer);
    const manifest = Buffer.concat(chunks);
    const bundle = write(signedBundle(key, statementFor(digestOf(manifest))));
    await expectRefused({ file: write(manifest), bundle }, 'SIGNATURE_MISMATCH');
  });

  it('of an artifact covers a payload that is no plugin', async () => {
    const payload = Buffer.from(JSON.stringify(payloadFor(published.subject.descriptor.digest)));
    const bundle = write({ base64Signature: signRaw(key, payload) });
    const options = { keys: [key.publicKey], bundle, expectedName: 'my-plugin' };
    const root = { luaRoot: join(temporaryDirectory(), 'lua') };
    const install = (): unknown => installPlugins([write(payload)], { ...options, root });
    await expectError(install, 'ARCHIVE_REFUSED');
  });

  it('of a file says nothing about an artifact with that layer', async () => {
    const { bytes } = good;
    const unsigned = await publish({ layer: bytes });
    const root = { luaRoot: join(temporaryDirectory(), 'lua') };
    await installPlugins([good.file], {
      ...{ root, keys: [key.publicKey], bundle: good.bundle, expectedName: 'my-plugin' },
      as: 'localhost/layout',
    });
    const asReference = `oci-layout:${unsigned.directory}@${digestOf(bytes)}`;
    const keys = [key.publicKey];
    await expectError(
      () => installPlugins([asReference], { root, keys, as: 'localhost/layout' }),
      'NOT_FOUND',
    );
    await expectError(() => installPlugins([unsigned.reference], { root, keys }), 'NO_SIGNATURE');
  });
});

describe('what is named as a file or a bundle', () => {
  it.each<[string, () => string]>([
    ['a named pipe', () => special('mkfifo')],
    ['a device', () => '/dev/zero'],
    ['a directory', () => temporaryDirectory()],
    ['a link into nothing', () => linkTo('nowhere')],
    ['a link to a pipe', () => linkTo(special('mkfifo'))],
    ['a huge file', () => huge()],
    ['nothing', () => join(temporaryDirectory(), 'none')],
  ])('%s: exit 2, at once', async (_what, make) => {
    await expectRefused({ file: make() }, 'SOURCE_UNREADABLE');
    await expectRefused({ bundle: make() }, 'SOURCE_UNREADABLE');
    const signer = createKeySigner(key);
    const bundle = join(temporaryDirectory(), 'out');
    await expectError(() => signFile(make(), { signer, bundle }), 'SOURCE_UNREADABLE');
    expect(existsSync(bundle)).toBe(false);
  });

  it('links to both, such as mounted secrets, are read', async () => {
    const [file, bundle] = [linkTo(good.file), linkTo(good.bundle)];
    await verifyFile(file, { keys: [key.publicKey], bundle });
  });

  it('a file that changes after it was read does not change what is installed', async () => {
    const copy = await writeSignedFile({ key });
    const evil = await writeSignedFile({ version: '6.6.6' });
    const luaRoot = join(temporaryDirectory(), 'lua');
    const options = { root: { luaRoot }, bundle: copy.bundle, expectedName: 'my-plugin' };
    const installing = installPlugins([copy.file], { ...options, keys: [key.publicKey] });
    // The first wait of the install is behind its only read.
    writeFileSync(copy.file, evil.bytes);
    const { plugins } = await installing;
    expect(plugins).toMatchObject([{ version: '1.0.0', digest: digestOf(copy.bytes) }]);
  });

  it('a signer that signs something else makes no bundle', async () => {
    const mine = createKeySigner(key);
    const signer: Signer = { ...mine, sign: () => mine.sign(Buffer.from('something else')) };
    const bundle = join(temporaryDirectory(), 'out');
    await expectError(() => signFile(good.file, { signer, bundle }), 'SIGNATURE_MISMATCH');
    expect(existsSync(bundle)).toBe(false);
  });

  function special(program: string): string {
    const path = join(temporaryDirectory(), 'special');
    execFileSync(program, [path]);
    return path;
  }

  function linkTo(target: string): string {
    const path = join(temporaryDirectory(), 'link');
    symlinkSync(target, path);
    return path;
  }

  /** Takes no room on the disk. */
  function huge(): string {
    const path = join(temporaryDirectory(), 'huge');
    ftruncateSync(openSync(path, 'w'), 300 * 1024 * 1024);
    return path;
  }
});
