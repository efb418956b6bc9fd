import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';

/**
 * Returns the bytes of a JSON document of a container, unless they are too many to parse.
 * @throws KongcrateError CONTENT_TOO_LARGE
 */
export function checkDocumentSize(name: string, bytes: ByteSource): Uint8Array {
  if (bytes.length <= MAX_MANIFEST_BYTES) return wholeOf(bytes);
  throw new KongcrateError(
    'CONTENT_TOO_LARGE',
    `${name} has ${bytes.length} bytes, more than ${MAX_MANIFEST_BYTES}`,
    { remedy: 'No tool writes such a document; get the file from its author again.' },
  );
}
