import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';

/** The two files that make a layout, as far as they are there. */
export interface LayoutFacts {
  readonly marker: Buffer | undefined;
  readonly index: Buffer | undefined;
}

/**
 * Demands the marker and the index of an OCI layout (image-spec, image-layout.md).
 * @param name where the layout is, for messages
 * @returns the bytes of index.json
 * @throws KongcrateError NOT_FOUND without a marker, CONTENT_INVALID
 */
export function checkLayout(name: string, { marker, index }: LayoutFacts): Buffer {
  if (!marker)
    throw new KongcrateError('NOT_FOUND', `there is no OCI layout at ${name}`, {
      remedy: 'Check the path; `kongcrate push` or `kongcrate publish` makes a layout.',
    });
  if (!marker.includes('"imageLayoutVersion"'))
    throw layoutRefused(`the file oci-layout of ${name} is no layout marker`);
  if (!index || index.length > MAX_MANIFEST_BYTES)
    throw layoutRefused(`${name} has no index.json of at most ${MAX_MANIFEST_BYTES} bytes`);
  return index;
}

/** The error for a layout that is not what the specification promises. */
export function layoutRefused(what: string): KongcrateError {
  return new KongcrateError('CONTENT_INVALID', `OCI layout refused: ${what}`, {
    remedy: 'Make the layout again with kongcrate push, oras, crane or skopeo.',
  });
}
