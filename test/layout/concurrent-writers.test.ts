import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import type { Digest } from '../../src/reference/digest.ts';
import { lockFile } from '../../src/system/lock-file.ts';
import { collectSignatures } from '../signing/collect-signatures.ts';
import { makeKey, signWith } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { makeArtifact, pushArtifact, type SmallArtifact } from '../support/small-artifact.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');

describe('several writers of one layout', () => {
  it('lose no tag, in processes of their own', async () => {
    const layout = join(temporaryDirectory(), 'layout');
    const tags = Array.from({ length: 8 }, (_, index) => `t${index}`);
    await Promise.all(
      tags.map((tag) => kongcrate(['push', PLUGIN, `oci-layout:${layout}:${tag}`])),
    );
    expect(await new OciLayoutStore(layout).tags()).toEqual(tags);
    expect(readdirSync(layout).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it('keep both signatures of two signers at once', async () => {
    const layout = join(temporaryDirectory(), 'layout');
    const artifact = makeArtifact('layer');
    await pushArtifact(new OciLayoutStore(layout), artifact);
    const subject = { repository: 'localhost/layout', descriptor: artifact.manifest };
    const keys = [await makeKey(), await makeKey()];
    await Promise.all(
      keys.map((key) => signWith(key, { store: new OciLayoutStore(layout), subject })),
    );
    const { candidates } = await collectSignatures(
      new OciLayoutStore(layout),
      artifact.manifest.digest,
    );
    expect(candidates.map(({ format }) => format).sort()).toEqual([
      'bundle',
      'bundle',
      'legacy',
      'legacy',
    ]);
  });

  it('are told when a tag is no longer what they replace, and write nothing', async () => {
    const store = new OciLayoutStore(join(temporaryDirectory(), 'layout'));
    const [first, second] = [makeArtifact('first'), makeArtifact('second')];
    await pushArtifact(store, first);
    await pushArtifact(store, second);
    const replace = async (one: SmallArtifact, replaces: Digest | 'nothing'): Promise<void> => {
      for (const [descriptor, bytes] of one.contents)
        await store.push(descriptor, bytes, { tag: 'latest', replaces });
    };
    const error = await expectError(() => replace(first, second.manifest.digest), 'TAG_EXISTS');
    expect(error.message).toContain('latest was written by somebody else at the same time');
    await replace(first, 'nothing');
    await expectError(() => replace(second, 'nothing'), 'TAG_EXISTS');
    expect(await store.resolve('latest')).toMatchObject(first.manifest);
    await replace(second, first.manifest.digest);
    expect(await store.resolve('latest')).toMatchObject(second.manifest);
  });

  it('wait for one another', async () => {
    const layout = join(temporaryDirectory(), 'layout');
    const [artifact, store] = [makeArtifact('layer'), new OciLayoutStore(layout)];
    await pushArtifact(store, artifact);
    const unlock = await lockFile(join(layout, '.kongcrate.lock'));
    const tagged = store.tag(artifact.manifest, 'latest');
    expect(await store.tags()).toEqual([]);
    unlock();
    await tagged;
    expect(await store.tags()).toEqual(['latest']);
  });

  it('are not stopped by the lock of a writer that was killed', async () => {
    const layout = join(temporaryDirectory(), 'layout');
    const artifact = makeArtifact('layer');
    const store = new OciLayoutStore(layout);
    await pushArtifact(store, artifact);
    const lock = join(layout, '.kongcrate.lock');
    writeFileSync(lock, '');
    utimesSync(lock, 1, 1);
    await store.tag(artifact.manifest, 'latest');
    expect(await store.tags()).toEqual(['latest']);
  });
});
