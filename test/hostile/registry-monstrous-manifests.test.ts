import { describe, it } from 'vitest';
import { expectManifestRefused, goodManifest, layer } from './cases/served-manifests.ts';

/** ATTACKS R5: cosign CVE-2024-29902 and CVE-2024-29903. */
describe('a registry with a monstrous manifest', () => {
  it.each<[string, string]>([
    [
      '20,000 layers',
      JSON.stringify({ ...goodManifest, layers: Array.from({ length: 20_000 }, () => layer) }),
    ],
    ['a million brackets', '['.repeat(1_000_000)],
    ['a million objects in one another', '{"a":'.repeat(700_000)],
  ])('%s is refused', async (_what, text) => {
    await expectManifestRefused(text);
  });

  it('refuses two equal keys, of which every reader of the field takes the last', async () => {
    const text = JSON.stringify(goodManifest).replace(
      '"schemaVersion":2',
      '"schemaVersion":1,"schemaVersion":2,"__proto__":{"manifests":[]}',
    );
    await expectManifestRefused(text);
  });
});
