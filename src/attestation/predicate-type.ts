import { KongcrateError } from '../errors/kongcrate-error.ts';

/** The words of `cosign attest --type`, with the URIs that both cosigns write for them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['slsaprovenance1', 'https://slsa.dev/provenance/v1'],
  ['slsaprovenance02', 'https://slsa.dev/provenance/v0.2'],
  ['slsaprovenance', 'https://slsa.dev/provenance/v0.2'],
  ['spdx', 'https://spdx.dev/Document'],
  ['spdxjson', 'https://spdx.dev/Document'],
  ['cyclonedx', 'https://cyclonedx.org/bom'],
  ['link', 'https://in-toto.io/Link/v1'],
  ['vuln', 'https://cosign.sigstore.dev/attestation/vuln/v1'],
  ['openvex', 'https://openvex.dev/ns'],
  ['custom', 'https://cosign.sigstore.dev/attestation/v1'],
]);

export const PREDICATE_WORDS: readonly string[] = [...WORDS.keys()];

/** What cosign calls a signature: that one makes with `sign`. */
const SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';

/**
 * The URI of a predicate type, from one of cosign's words or written out.
 * @throws KongcrateError USAGE: no known word and no URI, or the type of a signature, which would
 *   let an attestation pass for one
 */
export function predicateTypeOf(type: string): string {
  const uri = WORDS.get(type) ?? type;
  if (uri === SIGNATURE)
    throw new KongcrateError('USAGE', `${uri} is a signature, not an attestation`, {
      remedy: 'Sign with kongcrate sign, verify without --attestation.',
    });
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(uri) && URL.canParse(uri)) return uri;
  throw new KongcrateError('USAGE', `${JSON.stringify(type)} is no type of attestation`, {
    remedy: `Write ${PREDICATE_WORDS.join(', ')} or a URI.`,
  });
}
