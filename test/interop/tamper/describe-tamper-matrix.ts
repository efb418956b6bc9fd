import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeManifest } from '../../../src/content/describe-manifest.ts';
import { CATALOGUE } from '../../../src/errors/catalogue.ts';
import { trusted, type Place, type TamperCase } from '../../hostile/tamper/tamper-case.ts';
import { storeWithSubject } from '../../signing/support.ts';
import { describeWithPeers, peer } from '../../support/peers.ts';
import { run, runKongcrate } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistry } from '../../support/test-registry.ts';

const EXIT_CODES = { ...CATALOGUE, trusted: { exitCode: 0 } };

/** Puts tampered signatures into a registry and asks both cosigns and kongcrate about them. */
export function describeTamperMatrix(title: string, cases: readonly TamperCase[]): void {
  describeWithPeers(['cosign2', 'cosign3'], title, () => {
    const key = join(temporaryDirectory(), 'cosign.pub');
    let registry: TestRegistry;

    beforeAll(async () => {
      registry = await startTestRegistry();
      writeFileSync(key, trusted.publicKey.pem);
    });

    it.each(cases)('$what', async ({ write, annotations = {}, cosignFlags = [], ...expected }) => {
      const place = await storeWithSubject();
      await write(place);
      const reference = load(registry, place);
      const claims = Object.entries(annotations).flatMap(([name, value]) => [
        '-a',
        `${name}=${value}`,
      ]);
      const args = ['verify', '--key', key, ...claims, reference];
      const cosignArgs = [...args, '--insecure-ignore-tlog=true', ...cosignFlags];
      const answers = await Promise.all([
        run(peer('cosign2'), cosignArgs),
        run(peer('cosign3'), cosignArgs),
        runKongcrate([...args, '--plain-http']),
      ]);
      const said = answers.map(({ stderr }) => stderr).join('\n');
      const { exitCode } = EXIT_CODES[expected.kongcrate];
      expect(
        answers.map(({ status }) => status),
        said,
      ).toEqual([...expected.cosigns, exitCode]);
    });
  });
}

let count = 0;

/** Serves all that a store holds, without a client of ours having written it. */
function load(registry: TestRegistry, { store, subject }: Place): string {
  count += 1;
  const name = `tampered/case-${count}`;
  const { blobs, manifests, tags } = registry.repository(name);
  const snapshot = store.snapshot();
  for (const [digest, bytes] of snapshot.blobs) {
    blobs.set(digest, Buffer.from(bytes));
    const mediaType = describeManifest(bytes)?.descriptor.mediaType;
    if (mediaType !== undefined) manifests.set(digest, { mediaType, bytes: Buffer.from(bytes) });
  }
  for (const [tag, { digest }] of Object.entries(snapshot.tags)) tags.set(tag, digest);
  return `${registry.host}/${name}@${subject.descriptor.digest}`;
}
