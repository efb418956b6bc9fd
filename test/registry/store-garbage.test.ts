import { expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const artifact = makeArtifact('layer');
const [deleted, kept, added] = ['a', 'b', 'c'].map((name) =>
  makeArtifact(name, { subject: artifact.manifest }),
);

describeWithPeers(['docker-registry'], 'a fallback tag after a garbage collection', () => {
  it('takes another referrer, keeps what is there, and no longer lists what is not', async () => {
    if (!deleted || !kept || !added) throw new Error('three referrers were made');
    const { host } = await startDockerRegistry();
    const store = openTestStore(host);
    for (const one of [artifact, deleted, kept]) await pushArtifact(store, one);
    // What `garbage-collect -m` does to every untagged manifest.
    const url = `http://${host}/v2/${REPOSITORY}/manifests/${deleted.manifest.digest}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(202);
    await pushArtifact(store, added);
    const listed = await openTestStore(host).referrers(artifact.manifest.digest);
    expect(listed.map(({ digest }) => digest)).toEqual([
      kept.manifest.digest,
      added.manifest.digest,
    ]);
  });
});
