import { InvalidArgumentError, Option, type Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ServiceConnection } from '../sigstore/open-services.ts';
import type { SigningServices } from '../sigstore/read-signing-config.ts';
import { createParty, type Party } from '../workflows/create-party.ts';
import { readSourceFile } from '../workflows/read-source-file.ts';
import { readTrustedRoot } from '../workflows/trust-root/read-trusted-root.ts';
import type { Call } from './action.ts';
import { connectionOf, type ConnectionFlags } from './connection-options.ts';
import { readIdentityTokenOf } from './identity-token-of.ts';
import { openSigner } from './open-signer.ts';

export interface SignFlags extends Pick<ConnectionFlags, 'caFile' | 'verbose'> {
  readonly key?: string;
  readonly allowUnencryptedKey?: true;
  readonly signatureFormat?: 'both' | 'bundle' | 'legacy';
  readonly dockerMediaTypes?: true;
  readonly tlog?: true;
  readonly tlogUpload?: string;
  readonly signingConfig?: string;
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  readonly timestampServerUrl?: string;
  readonly oidcToken?: string;
  readonly trustedRoot?: string;
  readonly retries?: number;
  readonly timeout?: number;
}

/** How to sign: the same flags for every command that signs. */
export function addSignOptions(command: Command): void {
  command
    .option(
      '--key <key>',
      'private key: FILE or env://VAR; without it a certificate says who signs',
    )
    .option('--allow-unencrypted-key', 'sign with a private key that has no password')
    .addOption(
      new Option(
        '--signature-format <format>',
        'for cosign 3, for cosign 2, or both, which is the default',
      ).choices(['both', 'bundle', 'legacy']),
    )
    .option('--tlog', "write signatures by a key into a public log too (sigstore's)")
    .option('--signing-config <file>', 'whom to ask, as cosign signing-config create writes it')
    .option('--fulcio-url <url>', 'who certifies (with any of these addresses only they are asked)')
    .option('--rekor-url <url>', 'the log, with the API of Rekor v1')
    .option('--timestamp-server-url <url>', 'the timestamp authority, with its path')
    .option('--oidc-token <file>', 'identity token: FILE, or - for standard input')
    .option('--trusted-root <file>', "what must be able to verify it (sigstore's public instance)")
    // What scripts for cosign pass: nothing here asks, without a terminal least of all.
    .addOption(new Option('-y, --yes').hideHelp())
    .addOption(new Option('--tlog-upload [bool]').hideHelp().preset('true').argParser(asBoolean));
}

/**
 * Puts together who signs.
 * @throws KongcrateError USAGE, SOURCE_UNREADABLE
 */
export async function partyOf(flags: SignFlags, call: Call): Promise<Party> {
  const {
    key,
    allowUnencryptedKey,
    signatureFormat: format,
    trustedRoot,
    dockerMediaTypes,
  } = flags;
  const { context } = call;
  const services = await servicesOf(flags);
  if (services && services.logs.length > 0) call.note(PUBLIC);
  return createParty({
    ...(key === undefined
      ? { identityToken: once(() => readIdentityTokenOf(flags, call)) }
      : { signer: once(() => openSigner(key, { context, allowUnencryptedKey })) }),
    ...(services ? { services } : {}),
    connection: serviceConnectionOf(flags, call),
    ...(trustedRoot === undefined ? {} : { trustedRoot: readTrustedRoot(trustedRoot) }),
    ...(format ? { format } : {}),
    ...(dockerMediaTypes ? { dockerMediaTypes } : {}),
    onCertificate: ({ subject, issuer }) => {
      call.note(`signing as ${subject}, vouched for by ${issuer}`);
    },
    signal: context.signal,
  });
}

/** Of several plugins only the first one asks. */
function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => (opened ??= open());
}

const PUBLIC =
  'The log keeps for everybody and for ever: the digest that is signed, the signature, and the key or the certificate with the name in it.';

/** Nobody is asked about a signature by a key unless somebody is named. */
async function servicesOf(flags: SignFlags): Promise<SigningServices | undefined> {
  const { key, signingConfig, fulcioUrl, rekorUrl, timestampServerUrl } = flags;
  const given = [fulcioUrl, rekorUrl, timestampServerUrl].filter((url) => url !== undefined);
  const isLogged = flags.tlog === true || flags.tlogUpload === 'true';
  if (key !== undefined && !isLogged && given.length === 0 && signingConfig === undefined)
    return undefined;
  const { parseServiceUrl, PUBLIC_SERVICES, readSigningConfig } =
    await import('../sigstore/read-signing-config.ts');
  if (signingConfig !== undefined && given.length > 0)
    throw new KongcrateError(
      'USAGE',
      `--signing-config says whom to ask, and ${given.join(', ')} too`,
      {
        remedy: 'Give the file, or the addresses.',
      },
    );
  if (signingConfig !== undefined)
    return readSigningConfig(readSourceFile(signingConfig).toString('utf8'));
  if (given.length === 0) return PUBLIC_SERVICES;
  return {
    ...(fulcioUrl === undefined ? {} : { fulcio: parseServiceUrl(fulcioUrl) }),
    logs: rekorUrl === undefined ? [] : [{ url: parseServiceUrl(rekorUrl), version: 1 }],
    timestampAuthorities:
      timestampServerUrl === undefined ? [] : [parseServiceUrl(timestampServerUrl)],
  };
}

/** What concerns the registry alone is left out: its login, plain HTTP, and trusting anybody. */
function serviceConnectionOf(flags: SignFlags, call: Call): ServiceConnection {
  const { caCertificates, proxyFor, log } = connectionOf(flags, call);
  const { retries, timeout } = flags;
  return {
    ...(caCertificates ? { caCertificates } : {}),
    ...(proxyFor ? { proxyFor } : {}),
    ...(log ? { log } : {}),
    ...(retries === undefined ? {} : { retries: { tries: retries } }),
    ...(timeout === undefined ? {} : { timeouts: { totalMs: timeout * 1000 } }),
  };
}

function asBoolean(value: string): string {
  if (value === 'true' || value === 'false') return value;
  throw new InvalidArgumentError('Write true or false.');
}
