import type { CallOptions, ReadableStore } from './content-store.ts';
import type { PinnedReference } from './verified-subject.ts';

/** What a reference says, before its tag is read. */
export interface UnpinnedReference {
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  readonly file?: string | undefined;
}

/**
 * Reads a reference's tag once. With a digest the tag stays a label and is never resolved, as in
 * every other tool of the field.
 * @throws KongcrateError NOT_FOUND, REFERENCE_INVALID, CONTENT_INVALID
 */
export async function pinReference(
  store: ReadableStore,
  reference: UnpinnedReference,
  options: CallOptions = {},
): Promise<PinnedReference> {
  const descriptor = await store.resolve(reference.digest ?? reference.tag, options);
  return {
    repository: reference.repository,
    ...(reference.tag === undefined ? {} : { tag: reference.tag }),
    ...(reference.file === undefined ? {} : { file: reference.file }),
    descriptor,
  };
}
