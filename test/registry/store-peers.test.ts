import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readContent, readManifest } from '../../src/content/read-content.ts';
import { startCraneRegistry } from '../support/crane-registry.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const artifact = makeArtifact('layer');
const artifactType = 'application/x-test';
const referrers = ['a', 'b'].map((name) =>
  makeArtifact(name, { subject: artifact.manifest, artifactType, annotations: { name } }),
);

describeWithPeers(
  ['docker-registry', 'crane', 'oras', 'cosign3'],
  'real registries and clients',
  () => {
    it.each([
      ['docker-registry', async () => (await startDockerRegistry()).host],
      ['crane registry serve', startCraneRegistry],
      ['the registry of the tests', async () => (await startTestRegistry()).host],
    ] as const)('oras and crane read what was pushed to %s', async (_name, start) => {
      const host = await start();
      const store = openTestStore(host);
      await pushArtifact(store, artifact);
      await store.tag(artifact.manifest, '1.0.0');
      for (const referrer of referrers) await pushArtifact(store, referrer);
      const reference = `${host}/${REPOSITORY}:1.0.0`;
      expect(await runPeer('crane', ['digest', reference])).toBe(artifact.manifest.digest);
      const discover = ['discover', '--plain-http', '--format', 'json', reference];
      const found = JSON.parse(await runPeer('oras', discover)) as { referrers: object[] };
      expect(found.referrers).toMatchObject(
        referrers.map(({ manifest: { digest } }, index) => {
          const name = index === 0 ? 'a' : 'b';
          return { digest, artifactType, annotations: { name } };
        }),
      );
    });

    it.each([
      ['docker-registry', async () => (await startDockerRegistry()).host],
      ['the registry of the tests', async () => (await startTestRegistry()).host],
    ] as const)('what oras attached in %s is listed', async (_name, start) => {
      const host = await start();
      const store = openTestStore(host);
      await pushArtifact(store, artifact);
      const subject = `${host}/${REPOSITORY}@${artifact.manifest.digest}`;
      const attach = ['attach', '--plain-http', '--artifact-type', artifactType];
      await runPeer('oras', [...attach, '--annotation', 'a=b', subject]);
      expect(await store.referrers(artifact.manifest.digest, artifactType)).toHaveLength(1);
    });

    it.each([
      ['docker-registry', async () => (await startDockerRegistry()).host],
      ['crane registry serve', startCraneRegistry],
      ['the registry of the tests', async () => (await startTestRegistry()).host],
    ] as const)('what cosign uploaded to %s is read', async (_name, start) => {
      const host = await start();
      const file = join(temporaryDirectory(), 'plugin.tar.gz');
      writeFileSync(file, 'some bytes');
      const reference = `${host}/${REPOSITORY}:1.0.0`;
      await runPeer('cosign3', ['upload', 'blob', '-f', file, reference]);
      const store = openTestStore(host);
      const { document } = await readManifest(store, await store.resolve('1.0.0'));
      const [layer] = document.kind === 'manifest' ? document.layers : [];
      const bytes = layer && (await readContent(store, layer, { limitBytes: 100 }));
      expect(bytes?.toString()).toBe('some bytes');
    });

    it('docker-registry is not sent a small blob twice', async () => {
      const { host } = await startDockerRegistry();
      const lines: string[] = [];
      const store = openTestStore(host, { log: (line) => lines.push(line) });
      for (let times = 0; times < 2; times += 1)
        await store.push(artifact.layer, Buffer.from('layer'));
      const summary = lines.map((line) => line.replace(/ http\S+ (\d+).*/, ' $1'));
      expect(summary).toEqual(['POST 202', 'PUT 201', 'POST 201']);
    });
  },
);
