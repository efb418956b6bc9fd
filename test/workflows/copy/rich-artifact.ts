import { makeKey, pushIndex, pushLegacy, pushManifest, signWith } from '../../signing/support.ts';
import { publish } from '../../support/published.ts';
import { makeArtifact, pushArtifact } from '../../support/small-artifact.ts';
import type { Descriptor } from '../../../src/content/descriptor.ts';
import type { ContentStore } from '../../../src/content/content-store.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { referrersTagOf } from '../../../src/reference/digest.ts';
import { DSSE_ENVELOPE } from '../../../src/reference/media-types.ts';

export interface RichArtifact {
  readonly keys: readonly PrivateKey[];
  /** `oci-layout:…` without tag. */
  readonly place: string;
  /** A plugin, signed by both keys in both formats. */
  readonly plugin: Descriptor;
  /** An index with the plugin in it, signed by the first key. */
  readonly index: Descriptor;
}

/** A layout with everything that can belong to an artifact: tags `1.0.0` and `index`. */
export async function makeRichArtifact(): Promise<RichArtifact> {
  const keys = [await makeKey(), await makeKey()] as const;
  const { store, subject, directory } = await publish({ key: keys[0] });
  await signWith(keys[1], { store, subject });
  await attach(store, subject.descriptor);
  const index = await pushIndex(store, [subject.descriptor]);
  await store.tag(index, 'index');
  await signWith(keys[0], {
    store,
    subject: { repository: 'localhost/layout', descriptor: index },
  });
  return { keys, place: `oci-layout:${directory}`, plugin: subject.descriptor, index };
}

/** An attestation that is signed itself, one under `.att`, and an SBOM. */
async function attach(store: ContentStore, plugin: Descriptor): Promise<void> {
  const attestation = makeArtifact('attestation', {
    subject: plugin,
    artifactType: 'application/x-attestation',
  });
  await pushArtifact(store, attestation);
  await pushArtifact(store, makeArtifact('its signature', { subject: attestation.manifest }));
  const repository = 'localhost/layout';
  const subject = { repository, descriptor: attestation.manifest };
  await pushLegacy({ store, subject }, [{ payload: Buffer.from('{}'), signature: 'c2ln' }]);
  for (const [ending, mediaType] of [
    ['att', DSSE_ENVELOPE],
    ['sbom', 'text/spdx+json'],
  ] as const) {
    const { config, layer, contents } = makeArtifact(ending);
    for (const [descriptor, bytes] of contents.slice(0, 2)) await store.push(descriptor, bytes);
    const manifest = await pushManifest(store, { config, layers: [{ ...layer, mediaType }] });
    await store.tag(manifest, `${referrersTagOf(plugin.digest)}.${ending}`);
  }
}
