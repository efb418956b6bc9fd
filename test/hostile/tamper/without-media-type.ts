import { describe as describeBytes, type Descriptor } from '../../../src/content/descriptor.ts';
import { readContent } from '../../../src/content/read-content.ts';
import { signatureTagOf } from '../../../src/reference/digest.ts';
import { OCI_MANIFEST } from '../../../src/reference/media-types.ts';
import { toBytes } from '../../signing/support.ts';
import type { Place } from './tamper-case.ts';

/** Puts the same `.sig` manifest in its place, but for its `mediaType`. */
export async function withoutMediaType(
  { store, subject }: Place,
  written: Descriptor,
): Promise<void> {
  const text = (await readContent(store, written, { limitBytes: 10_000 })).toString();
  const bytes = toBytes(text.replace(`"mediaType":"${OCI_MANIFEST}",`, ''));
  const descriptor = describeBytes(OCI_MANIFEST, bytes);
  await store.push(descriptor, bytes);
  await store.tag(descriptor, signatureTagOf(subject.descriptor.digest));
}
