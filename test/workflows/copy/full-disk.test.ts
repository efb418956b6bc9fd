import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyArtifacts } from '../../../src/workflows/copy/copy-artifacts.ts';
import { verifyArtifact } from '../../../src/workflows/verify-artifact.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { publish } from '../../support/published.ts';
import { run } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && (await run('unshare', ['-m', 'true'])).status === 0;

// Where no tmpfs can be mounted, test/install/full-disk says so, and fails with CI set.
describe.runIf(canMount)('a disk that takes no more', () => {
  let disk = '';
  beforeEach(async () => {
    disk = temporaryDirectory();
    const args = ['-t', 'tmpfs', '-o', 'size=256k,mode=755', 'tmpfs', disk];
    const { status, stderr } = await run('mount', args);
    expect(status, stderr).toBe(0);
  });
  afterEach(() => run('umount', [disk]));

  // The second one fits beside the archive, and not twice.
  it.each([400_000, 150_000])('leaves no part of an archive with %i bytes', async (size) => {
    const { reference } = await publish({ layer: randomBytes(size) });
    const target = `oci-archive:${join(disk, 'carry.tar')}`;
    const error = await expectError(() => copyArtifacts([reference], target), 'INSTALL_FAILED');
    expect(error).toMatchObject({ exitCode: 9, details: { errno: 'ENOSPC' } });
    expect(error.remedy).toContain('Free some space');
    expect(readdirSync(disk)).toEqual([]);
  });

  it('leaves a layout as it was to readers', async () => {
    const key = await makeKey();
    const small = await publish({ key });
    const large = await publish({ key, tag: 'large', layer: randomBytes(400_000) });
    const target = `oci-layout:${join(disk, 'layout')}`;
    await copyArtifacts([small.reference], target);
    const error = await expectError(
      () => copyArtifacts([large.reference], target),
      'INSTALL_FAILED',
    );
    expect(error.details).toMatchObject({ errno: 'ENOSPC' });
    await verifyArtifact(target, { keys: [key.publicKey] });
  });
});
