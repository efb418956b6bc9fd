import { readFileSync, writeFileSync } from 'node:fs';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { beforeEach, describe, expect, it } from 'vitest';
import { PUBLIC_GOOD } from '../../../src/signing/trust-root.ts';
import { showTrustRoot } from '../../../src/workflows/trust-root/show-trust-root.ts';
import { updateTrustRoot } from '../../../src/workflows/trust-root/update-trust-root.ts';
import { expectError } from '../../support/expect-error.ts';
import { TufRepository } from '../../support/tuf-repository.ts';
import { FIRST, PAST, SECOND, TufMirror } from './tuf-mirror.ts';

let mirror: TufMirror;

beforeEach(async () => {
  mirror = await TufMirror.start();
});

describe('an update of the trusted root', () => {
  it('writes the bytes that the repository signed, and says what they change', async () => {
    const first = await mirror.update();
    expect(readFileSync(mirror.output)).toEqual(FIRST);
    expect(first).toMatchObject({
      file: mirror.output,
      mirror: mirror.url,
      isWritten: true,
      comparedWith: 'package',
      versions: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
    });
    expect(first.changes.filter(({ kind }) => kind === 'added')).toHaveLength(4);
    mirror.repository.release({ target: SECOND });
    const second = await mirror.update();
    expect(readFileSync(mirror.output)).toEqual(SECOND);
    expect(second).toMatchObject({ isWritten: true, comparedWith: 'file', versions: { root: 1 } });
    expect(second.changes).toMatchObject([{ kind: 'removed', section: 'timestampAuthorities' }]);
  });

  it('needs neither --root nor --mirror again, and writes nothing that is the same', async () => {
    await mirror.update();
    const again = await updateTrustRoot({ output: mirror.output });
    expect(again).toMatchObject({ mirror: mirror.url, isWritten: false, changes: [] });
    expect(mirror.asked.filter((path) => path === '/timestamp.json')).toHaveLength(2);
  });

  it('follows the root from version to version, by new keys each time', async () => {
    mirror.repository.rotate();
    mirror.repository.rotate({ isDoubled: true });
    mirror.repository.release({ target: FIRST });
    expect((await mirror.update()).versions).toEqual({
      root: 3,
      timestamp: 2,
      snapshot: 2,
      targets: 2,
    });
    mirror.repository.rotate();
    mirror.repository.release({ target: SECOND });
    mirror.asked = [];
    expect((await mirror.update()).versions.root).toBe(4);
    expect(mirror.asked[0]).toBe('/4.root.json');
  });

  it('passes a root that has expired on the way to one that has not', async () => {
    mirror.repository.rotate({ expires: PAST });
    mirror.repository.rotate();
    mirror.repository.release({ target: FIRST });
    expect((await mirror.update()).versions.root).toBe(3);
  });

  it('dates the file for trust-root show, until somebody changes it', async () => {
    const { date } = await mirror.update();
    expect(showTrustRoot(mirror.output).date).toBe(date.slice(0, 10));
    writeFileSync(mirror.output, SECOND);
    expect(showTrustRoot(mirror.output).date).toBeUndefined();
  });

  it('begins anew with another first root', async () => {
    await mirror.update();
    mirror.repository = new TufRepository(SECOND);
    await expectError(() => updateTrustRoot({ output: mirror.output }), 'TRUST_ROOT_REFUSED');
    await mirror.update();
    expect(readFileSync(mirror.output)).toEqual(SECOND);
  });

  it('has the public instance’s own root to begin with, of the same day as the trusted root', async () => {
    const seed = seeds['https://tuf-repo-cdn.sigstore.dev'];
    const target = Buffer.from(seed.targets['trusted_root.json'], 'base64').toString();
    expect(JSON.parse(PUBLIC_GOOD.json)).toEqual(JSON.parse(target));
    // Which this repository's keys have not signed.
    const message = await expectError(
      () => updateTrustRoot({ output: mirror.output, mirror: mirror.url }),
      'TRUST_ROOT_REFUSED',
    );
    expect(message.message).toContain('timestamp was signed by 0/1 keys');
    expect(mirror.asked).toEqual(['/17.root.json', '/timestamp.json']);
  });
});
