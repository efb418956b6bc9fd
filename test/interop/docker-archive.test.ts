import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { diffPlugins } from '../../src/workflows/diff/diff-plugins.ts';
import { inspectArtifact } from '../../src/workflows/inspect-artifact.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { publish } from '../support/published.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describeWithPeers(
  ['skopeo'],
  'docker archives of skopeo, whose old form has a linked layer',
  () => {
    it('hold the same plugin, compressed as a whole too', async () => {
      const { directory, reference } = await publish();
      const file = join(temporaryDirectory(), 'saved.tar');
      const places = [`oci:${directory}:1.0.0`, `docker-archive:${file}:acme/p:1.0.0`];
      const { status, stderr } = await run(peer('skopeo'), [
        '--insecure-policy',
        'copy',
        ...places,
      ]);
      expect(status, stderr).toBe(0);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
      for (const saved of [file, `${file}.gz`]) {
        expect(await inspectArtifact(saved)).toMatchObject({ container: 'docker-archive' });
        expect((await diffPlugins(reference, saved)).isDifferent).toBe(false);
      }
    });
  },
);
