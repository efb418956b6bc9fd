import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeLayer } from '../support/encode-layer.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { inspectArtifact } from '../../src/workflows/inspect-artifact.ts';
import { pullArtifact } from '../../src/workflows/pull-artifact.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { pluginFiles, publish, type Published } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
let key: PrivateKey;
let published: Published;

describe('pull', () => {
  beforeAll(async () => {
    key = await makeKey();
    published = await publish({ key });
  });

  it('writes the inner archive', async () => {
    const keys = [key.publicKey];
    const options = { keys, output: at('layer.tar.gz'), format: 'layer' as const };
    await pullArtifact(published.reference, options);
    const { bytes } = await encodeLayer(pluginFiles('my-plugin', '1.0.0'));
    expect(readFileSync(at('layer.tar.gz'))).toEqual(bytes);
  });

  it('writes a layout that carries its signatures, and verifies again under the same name', async () => {
    const keys = [key.publicKey];
    await pullArtifact(published.reference, { keys, output: at('carried'), format: 'oci' });
    const carried = `oci-layout:${at('carried')}:1.0.0`;
    const { subject } = await verifyArtifact(carried, { keys });
    expect(subject.trust).toMatchObject({ signers: [{ formats: ['legacy', 'bundle'] }] });
    expect(await inspectArtifact(carried)).toMatchObject({
      legacySignatures: { count: 1 },
      referrers: [{ referrers: [] }],
    });
  });

  it('overwrites nothing', async () => {
    const keys = [key.publicKey];
    const before = readFileSync(at('layer.tar.gz'));
    for (const format of ['layer', 'crane'] as const)
      await expectError(
        () => pullArtifact(published.reference, { keys, output: at('layer.tar.gz'), format }),
        'NOT_OURS',
      );
    expect(readFileSync(at('layer.tar.gz'))).toEqual(before);
  });

  it('writes nothing of what is not trusted', async () => {
    const stranger = await makeKey();
    const before = listTree(directory);
    for (const format of ['layer', 'crane', 'oci'] as const) {
      const output = at(`untrusted-${format}`);
      const pull = (): Promise<unknown> =>
        pullArtifact(published.reference, { keys: [stranger.publicKey], output, format });
      await expectError(pull, 'SIGNATURE_MISMATCH');
    }
    const output = at('nobody');
    await expectError(() => pullArtifact(published.reference, { output }), 'TRUST_MISSING');
    expect(listTree(directory)).toEqual(before);
  });
});
