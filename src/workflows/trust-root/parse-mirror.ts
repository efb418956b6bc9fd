import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';
import { PUBLIC_GOOD } from '../../signing/trust-root.ts';

/**
 * Reads the address of a TUF repository; plain HTTP will do, since everything in it is signed.
 * @param text sigstore's public one unless told
 * @throws KongcrateError USAGE
 */
export function parseMirror(text: string = PUBLIC_GOOD.source): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || /[@?#]/.test(text))
    throw new KongcrateError('USAGE', `the mirror ${redactText(text)} is no address of a server`, {
      remedy: 'Give https://HOST/PATH, without user name, query and fragment.',
    });
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
