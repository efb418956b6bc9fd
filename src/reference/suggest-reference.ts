/** How others write an OCI layout: skopeo, regctl, syft, and URLs. */
const LAYOUT_PREFIX = /^(?:(?:ocidir|oci-dir|oci-layout):(?:\/\/)?|oci:(?!\/\/))(?=.)/;
const PATH = /^(?:\.{0,2}\/|\.{1,2}(?::|@|$)|~\/)/;
/** What has a host in front may well be a repository of that name. */
const ARCHIVE = /^docker-archive:|^(?!\w[^/]*[.:][^/]*\/)[^:@]*\.(?:tar|tar\.gz|tgz|rock|zip)$/;

const ARCHIVE_URL = 'oci-archive://';

/** What somebody may have meant by a text that is no reference, or by one that looks like another. */
export interface Suggestion {
  readonly why: string;
  readonly remedy: string;
}

/** Recognises what users of other tools type for a layout, and files where a reference is needed. */
export function suggestReference(text: string): Suggestion | undefined {
  const prefix = LAYOUT_PREFIX.exec(text)?.[0];
  if (prefix !== undefined)
    return {
      why: `an OCI layout is written oci-layout:DIRECTORY, not ${prefix}DIRECTORY`,
      remedy: didYouMean(text.slice(prefix.length)),
    };
  if (text.startsWith(ARCHIVE_URL))
    return {
      why: `an archive is written oci-archive:FILE.tar, not ${ARCHIVE_URL}FILE.tar`,
      remedy: `Did you mean oci-archive:${text.slice(ARCHIVE_URL.length)}?`,
    };
  if (ARCHIVE.test(text))
    return {
      why: 'it names an archive',
      remedy:
        'For an OCI layout in a tar write oci-archive:FILE.tar. Push a plugin to a layout first (kongcrate push FILE oci-layout:DIRECTORY:TAG); inspect and unpack read it as it is.',
    };
  if (PATH.test(text)) return { why: 'it is a path', remedy: didYouMean(text) };
  return undefined;
}

function didYouMean(rest: string): string {
  return `Did you mean oci-layout:${rest}?`;
}
