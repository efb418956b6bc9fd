import type { CertificateIdentity, SignatureFormat } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Signer } from '../signing/signer.ts';
import { trustRootLoader } from '../signing/trust-root-loader.ts';
import type { ServiceConnection } from '../sigstore/open-services.ts';
import type { SigningServices } from '../sigstore/read-signing-config.ts';
import type { LazyParty } from './open-party.ts';
import { signatureFormatOf, type FormatOptions } from './signature-format-of.ts';

export interface PartyOptions extends FormatOptions {
  /** Who signs with a key; without one a certificate from Fulcio says who it is. */
  readonly signer?: LazyParty['signer'];
  /** Gives an identity token when one is needed: that may open a browser. */
  readonly identityToken?: () => Promise<string>;
  /** Whom the identity token must be for; `sigstore` unless told. */
  readonly audience?: string;
  /** Whom to ask; nobody unless told. */
  readonly services?: SigningServices;
  readonly connection?: ServiceConnection;
  /** The text of a trusted root; without it sigstore's public one inside this package. */
  readonly trustedRoot?: string;
  /** Told whom the new certificate names, before anything is signed with it. */
  readonly onCertificate?: (names: CertificateIdentity) => void;
  readonly signal?: AbortSignal;
}

/** Who signs, who vouches for it, and in which formats that can be stored. */
export interface Party extends LazyParty {
  readonly format: SignatureFormat | 'both';
}

/**
 * Puts together who signs: a key or a certificate, with logs and timestamp authorities. The network
 * code is loaded only where somebody is to be asked, and nobody is asked before something is signed.
 * @throws KongcrateError USAGE where nobody could verify what would be signed
 */
export async function createParty(options: PartyOptions): Promise<Party> {
  const { signer, services, connection = {}, trustedRoot } = options;
  const against = trustedRoot === undefined ? {} : { trustedRoot };
  if (!services) {
    if (signer) return { ...against, signer, format: signatureFormatOf(options) };
    throw new KongcrateError('USAGE', 'neither a key nor Fulcio is there to sign with', {
      remedy: 'Give --key, or a signing configuration that names Fulcio.',
    });
  }
  const { openServices } = await import('../sigstore/open-services.ts');
  const { fulcio, witnesses } = openServices(services, connection);
  const party = {
    ...against,
    witnesses,
    format: chooseFormat(witnesses, options),
  };
  if (signer) return { ...party, signer };
  if (!fulcio) throw missing('Fulcio', 'a certificate');
  if (witnesses.length === 0) throw missing('a log or a timestamp authority', 'a certificate');
  const openKeyless = async (): Promise<Signer> => {
    const { openFulcioSigner } = await import('../sigstore/fulcio.ts');
    const { readIdentityToken } = await import('../sigstore/identity-token.ts');
    const { audience, signal, onCertificate } = options;
    const text = (await options.identityToken?.()) ?? '';
    const token = readIdentityToken(text, audience === undefined ? {} : { audience });
    const root = await trustRootLoader(trustedRoot)();
    const certified = await openFulcioSigner(token, {
      fulcio,
      root,
      ...(signal ? { signal } : {}),
    });
    onCertificate?.(certified.certificate.names);
    return certified;
  };
  return { ...party, signer: openKeyless };
}

type Witnesses = NonNullable<LazyParty['witnesses']>;

/** The legacy format cannot hold what a log with Rekor's API v2 says. */
function chooseFormat(witnesses: Witnesses, options: FormatOptions): SignatureFormat | 'both' {
  const format = signatureFormatOf(options);
  const holdsLegacy = witnesses.every(({ formats }) => formats.includes('legacy'));
  if (holdsLegacy) return format;
  const { format: asked, dockerMediaTypes = false } = options;
  if (format === 'bundle' || (asked === undefined && !dockerMediaTypes)) return 'bundle';
  const flag = dockerMediaTypes ? '--docker-media-types' : `--signature-format ${format}`;
  throw new KongcrateError('USAGE', `${flag} cannot hold an entry of this log`, {
    remedy:
      'Leave it out, or name a log with Rekor v1 (--rekor-url): entries of Rekor v2 stand in bundles only.',
  });
}

function missing(what: string, forWhat: string): KongcrateError {
  return new KongcrateError('USAGE', `${forWhat} needs ${what}, and no address of one is given`, {
    remedy:
      'Name all of them: --fulcio-url, and --rekor-url or --timestamp-server-url, or a --signing-config.',
  });
}
