import { join } from 'node:path';
import { encodeLayer } from './encode-layer.ts';
import { checkedBytes } from '../../src/content/content.ts';
import { describe } from '../../src/content/descriptor.ts';
import type { PinnedReference } from '../../src/content/verified-subject.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { buildArtifact } from '../../src/plugin/artifact.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { OCI_MANIFEST } from '../../src/reference/media-types.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { signSubject } from './sign-subject.ts';

export interface PublishSpec {
  readonly name?: string;
  readonly version?: string;
  readonly tag?: string;
  /** The layer's bytes; by default a good plugin of that name and version. */
  readonly layer?: Uint8Array;
  /** Changes the manifest before it is signed. */
  readonly changeManifest?: (text: string) => string;
  readonly key?: PrivateKey;
  /** An existing layout to add to. */
  readonly directory?: string;
}

/** An artifact in a layout, with what tests need to get at it from outside. */
export interface Published {
  readonly reference: string;
  readonly directory: string;
  readonly store: OciLayoutStore;
  readonly subject: PinnedReference;
}

/** Files that Kong would load as this plugin in this version. */
export function pluginFiles(name: string, version: string): { path: string; bytes: Buffer }[] {
  const file = (path: string, text: string): { path: string; bytes: Buffer } => ({
    path: `kong/plugins/${name}/${path}`,
    bytes: Buffer.from(text),
  });
  return [
    file('handler.lua', `return { PRIORITY = 10, VERSION = "${version}" }\n`),
    file('schema.lua', `return { name = "${name}", fields = {} }\n`),
  ];
}

/** Puts a plugin, good or hostile, into a layout by hand, signed if a key is given. */
export async function publish(spec: PublishSpec = {}): Promise<Published> {
  const { name = 'my-plugin', version = '1.0.0', tag = version } = spec;
  const directory = spec.directory ?? join(temporaryDirectory(), 'layout');
  const store = new OciLayoutStore(directory);
  const layer = spec.layer ?? (await encodeLayer(pluginFiles(name, version))).bytes;
  const artifact = buildArtifact({
    layout: 'image',
    layer: { bytes: layer, digest: digestOf(layer) },
    diffId: digestOf(layer),
    name,
    version,
    annotations: {},
    created: new Date(0),
  });
  const contents = [...artifact.contents];
  const manifest = await checkedBytes(
    contents.pop()?.content ?? new Uint8Array(),
    artifact.manifest,
  );
  const text = Buffer.from(manifest).toString('utf8');
  const bytes = Buffer.from(spec.changeManifest?.(text) ?? text);
  const descriptor = describe(OCI_MANIFEST, bytes);
  for (const content of contents) await store.push(content.descriptor, content.content);
  await store.push(descriptor, bytes);
  await store.tag(descriptor, tag);
  const subject = { repository: 'localhost/layout', descriptor };
  if (spec.key)
    await signSubject(store, subject, {
      signer: createKeySigner(spec.key),
      format: 'both',
      repository: subject.repository,
      createdAt: new Date(0),
    });
  return { reference: `oci-layout:${directory}:${tag}`, directory, store, subject };
}
