import type { SignatureFormat } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';

export interface FormatOptions {
  /** Default `both`: cosign 2 reads only legacy signatures, mirrors may carry only bundles. */
  readonly format?: SignatureFormat | 'both';
  /** Docker's media types, for a registry that knows no OCI: legacy signatures only. */
  readonly dockerMediaTypes?: boolean;
}

/**
 * In which formats signatures are written.
 * @throws KongcrateError USAGE: a bundle for a registry that has no place for one
 */
export function signatureFormatOf(options: FormatOptions): SignatureFormat | 'both' {
  const { format, dockerMediaTypes = false } = options;
  if (!dockerMediaTypes) return format ?? 'both';
  if (format === undefined || format === 'legacy') return 'legacy';
  throw new KongcrateError(
    'USAGE',
    `--signature-format ${format} writes a bundle, which --docker-media-types has no place for`,
    {
      remedy:
        'Leave one of them out: a bundle names its artifact as subject, which is in OCI manifests only.',
    },
  );
}
