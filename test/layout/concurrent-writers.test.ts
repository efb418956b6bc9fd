import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockLayout } from '../../src/layout/lock-layout.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { expectError } from '../support/expect-error.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
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

  it('wait for one another, then give up with a code that says "retry"', async () => {
    const layout = join(temporaryDirectory(), 'layout');
    await pushArtifact(new OciLayoutStore(layout), makeArtifact('layer'));
    const unlock = await lockLayout(layout);
    await expectError(() => lockLayout(layout, { waitMs: 0 }), 'NODE_BUSY');
    const next = lockLayout(layout);
    unlock();
    (await next)();
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
