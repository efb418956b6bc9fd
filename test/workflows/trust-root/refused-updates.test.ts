import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordPathOf } from '../../../src/workflows/trust-root/update-record.ts';
import { expectError } from '../../support/expect-error.ts';
import { makeTufKey } from '../../support/tuf-repository.ts';
import { FIRST, PAST, SECOND, TufMirror } from './tuf-mirror.ts';

let mirror: TufMirror;

beforeEach(async () => {
  mirror = await TufMirror.start();
});

describe('what a mirror offers is refused, and the file stays', () => {
  const stranger = makeTufKey();

  beforeEach(async () => {
    await mirror.update();
    mirror.asked = [];
  });

  it.each<[what: string, offer: () => unknown, message: string]>([
    [
      'a root by strangers',
      () => mirror.repository.rotate({ oldSigners: [stranger] }),
      'root was signed by 0/1 keys',
    ],
    [
      'a root by its old keys alone',
      () => mirror.repository.rotate({ isSelfSigned: false }),
      'root was signed by 0/1 keys',
    ],
    [
      'a root of a wrong version',
      () => mirror.repository.rotate({ version: 9 }),
      'Expected version 2, got 9',
    ],
    [
      'the same root again',
      () => mirror.repository.files.set('/2.root.json', mirror.repository.root(1)),
      'Expected version 2, got 1',
    ],
    [
      'an expired root',
      () => {
        mirror.repository.rotate({ expires: PAST });
        mirror.repository.release({ target: SECOND });
      },
      'Final root.json is expired',
    ],
    [
      'a frozen timestamp',
      () => mirror.repository.release({ target: SECOND, timestampExpires: PAST }),
      'timestamp.json is expired',
    ],
    [
      'an expired snapshot',
      () => mirror.repository.release({ target: SECOND, snapshotExpires: PAST }),
      'snapshot.json is expired',
    ],
    [
      'expired targets',
      () => mirror.repository.release({ target: SECOND, targetsExpires: PAST }),
      'targets.json is expired',
    ],
    [
      'a timestamp by strangers',
      () => mirror.repository.release({ target: SECOND, timestampSigners: [stranger] }),
      'timestamp was signed by 0/1',
    ],
    [
      'a timestamp that nobody signed',
      () => mirror.repository.release({ target: SECOND, timestampSigners: [] }),
      'timestamp was signed by 0/1',
    ],
    [
      'a snapshot by strangers',
      () => mirror.repository.release({ target: SECOND, snapshotSigners: [stranger] }),
      'snapshot was signed by 0/1',
    ],
    [
      'targets by strangers',
      () => mirror.repository.release({ target: SECOND, targetsSigners: [stranger] }),
      'targets was signed by 0/1',
    ],
    [
      'a snapshot with other bytes',
      () => {
        mirror.repository.release({ target: SECOND });
        damage('/2.snapshot.json');
      },
      'snapshot',
    ],
    [
      'targets with other bytes',
      () => {
        mirror.repository.release({ target: SECOND });
        damage('/2.targets.json');
      },
      'targets',
    ],
    [
      'a timestamp that is no JSON',
      () => mirror.repository.files.set('/timestamp.json', Buffer.from('<html>')),
      'JSON',
    ],
    [
      'a target with other bytes',
      () => {
        mirror.repository.release({ target: SECOND });
        swapTarget();
      },
      'hash',
    ],
    [
      'a trusted root of a kind nobody knows',
      () => mirror.repository.release({ target: Buffer.from('{"mediaType":"x"}') }),
      'mediaType is "x"',
    ],
    [
      'a target that is too large',
      () => mirror.repository.release({ target: Buffer.alloc(2 ** 20 + 1, ' ') }),
      '1048577 bytes',
    ],
  ])('%s', async (_what, offer, message) => {
    offer();
    expect(await mirror.refuse('TRUST_ROOT_REFUSED')).toContain(message);
    const error = await expectError(() => mirror.update(), 'TRUST_ROOT_REFUSED');
    expect(error.exitCode).toBe(12);
  });

  it('one key of two', async () => {
    mirror.repository.rotate({ isDoubled: true });
    mirror.repository.rotate({ oldSigners: mirror.repository.rootKeys.slice(1) });
    expect(await mirror.refuse('TRUST_ROOT_REFUSED')).toContain('root was signed by 1/2 keys');
  });

  it('an older version than the last one', async () => {
    mirror.repository.release({ target: FIRST, version: 5 });
    await mirror.update();
    mirror.repository.release({ target: SECOND, version: 4 });
    expect(await mirror.refuse('TRUST_ROOT_REFUSED')).toContain(
      'version 4 is less than current version 5',
    );
    rmSync(mirror.output);
    await mirror.refuse('TRUST_ROOT_REFUSED');
  });

  it('a version that was seen, even in an update that failed', async () => {
    mirror.repository.release({ target: SECOND, snapshotExpires: PAST });
    await mirror.refuse('TRUST_ROOT_REFUSED');
    mirror.repository.release({ target: FIRST, version: 1 });
    expect(await mirror.refuse('TRUST_ROOT_REFUSED')).toContain(
      'version 1 is less than current version 2',
    );
  });

  it('keys that a root took away, even in an update that failed', async () => {
    const { onlineKey } = mirror.repository;
    mirror.repository.rotate();
    await mirror.refuse('TRUST_ROOT_REFUSED');
    mirror.repository.files.delete('/2.root.json');
    mirror.repository.release({ target: SECOND, timestampSigners: [onlineKey] });
    expect(await mirror.refuse('TRUST_ROOT_REFUSED')).toContain('timestamp was signed by 0/1');
  });

  it('a repository without a trusted root', async () => {
    mirror.repository.release({ target: null });
    expect(await mirror.refuse('NOT_FOUND')).toContain('has no trusted_root.json');
  });

  it.each(['/timestamp.json', '/2.snapshot.json', '/2.targets.json'])('no %s', async (path) => {
    mirror.repository.release({ target: SECOND });
    mirror.repository.files.delete(path);
    expect(await mirror.refuse('NOT_FOUND')).toContain(`${path} answered 404`);
  });

  it('errors of the server, after another try', async () => {
    mirror.answers.set('/timestamp.json', (_request, response) => response.writeHead(503).end());
    expect(await mirror.refuse('REGISTRY_ERROR')).toContain('answered 503');
    expect(mirror.asked.filter((path) => path === '/timestamp.json')).toHaveLength(3);
  });

  it.each(['/2.root.json', '/timestamp.json'])('to go elsewhere for %s', async (path) => {
    const location = new URL('/elsewhere', mirror.url).href;
    mirror.answers.set(path, (_request, response) => response.writeHead(302, { location }).end());
    await mirror.refuse('REDIRECT_REFUSED');
    expect(mirror.asked).not.toContain('/elsewhere');
  });

  it.each(['/2.root.json', '/timestamp.json', '/2.snapshot.json', '/2.targets.json'])(
    'an answer without end at %s',
    async (path) => {
      mirror.repository.release({ target: SECOND });
      mirror.answers.set(path, (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
        };
        response.on('drain', more);
        more();
      });
      expect(await mirror.refuse('REGISTRY_ERROR')).toContain('larger than the limit');
    },
  );

  it('an answer that never comes, or never ends', async () => {
    const connection = { timeouts: { totalMs: 300 } };
    mirror.answers.set('/2.root.json', () => undefined);
    await mirror.refuse('TIMED_OUT', { connection });
    mirror.answers.set('/2.root.json', (_request, response) => response.writeHead(200).write('{'));
    await mirror.refuse('TIMED_OUT', { connection });
  });

  it('a connection that breaks', async () => {
    mirror.answers.set('/timestamp.json', (request) => request.socket.destroy());
    await mirror.refuse('NETWORK_FAILED');
  });

  it('nothing at all, once it is interrupted', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(mirror.update({ signal })).rejects.toThrow('stopped');
    expect(readFileSync(mirror.output)).toEqual(FIRST);
  });

  function damage(path: string): void {
    const file = mirror.repository.files.get(path) ?? Buffer.alloc(0);
    mirror.repository.files.set(path, Buffer.concat([file.subarray(0, -1), Buffer.from(' ')]));
  }

  function swapTarget(): void {
    const bytes = Buffer.from(SECOND.toString().replace('log.example', 'evil.example'.slice(1)));
    expect(bytes).toHaveLength(SECOND.length);
    for (const path of mirror.repository.files.keys())
      if (path.startsWith('/targets/')) mirror.repository.files.set(path, bytes);
  }
});

describe('an update is refused before anybody is asked', () => {
  it.each([
    '',
    'tuf.example',
    'file:///etc',
    'ftp://tuf.example',
    'https://me:x@tuf.example',
    `https://tuf.example/?a=b`,
  ])('of the mirror %j', async (address) => {
    await mirror.refuse('USAGE', { mirror: address });
  });

  it('with a first root that is none, or that its own keys have not signed', async () => {
    for (const root of [
      'x',
      '{}',
      mirror.repository
        .root(1)
        .toString()
        .replace(/"sig":"../, '"sig":"00'),
    ])
      await mirror.refuse('TRUSTED_ROOT_INVALID', { root: Buffer.from(root) });
    expect(mirror.asked).toEqual([]);
  });

  it('in place of another file, a directory, or beside a damaged record', async () => {
    writeFileSync(mirror.output, 'mine');
    await mirror.refuse('NOT_OURS');
    rmSync(mirror.output);
    for (const record of ['{', '{}', '{"metadata":{"root":1}}']) {
      writeFileSync(recordPathOf(mirror.output), record);
      await mirror.refuse('SOURCE_UNREADABLE');
    }
    expect(mirror.asked).toEqual([]);
    mkdirSync(mirror.output);
    await expectError(() => mirror.update(), 'SOURCE_UNREADABLE');
  });

  it('after it, where the directory is not there', async () => {
    const error = await expectError(
      () => mirror.update({ output: join(mirror.output, 'no', 'where.json') }),
      'INSTALL_FAILED',
    );
    expect(error.exitCode).toBe(9);
  });
});
