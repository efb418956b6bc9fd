import { InvalidArgumentError, Option, type Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Signer } from '../signing/signer.ts';
import type { ServiceConnection } from '../sigstore/open-services.ts';
import type { SigningServices } from '../sigstore/read-signing-config.ts';
import { createParty, type Party } from '../workflows/create-party.ts';
import { readSourceFile } from '../workflows/read-source-file.ts';
import { readTrustedRoot } from '../workflows/trust-root/read-trusted-root.ts';
import type { Call } from './action.ts';
import { agreeToLog } from './agree-to-log.ts';
import { connectionOf, type ConnectionFlags } from './connection-options.ts';
import { readIdentityTokenOf } from './identity-token-of.ts';
import { addIdentityOptions, checkIdentityFlags, type IdentityFlags } from './identity-options.ts';
import { beginSigner, openSigner, type OpenSignerOptions } from './open-signer.ts';

export interface SignFlags extends IdentityFlags, Pick<ConnectionFlags, 'caFile' | 'verbose'> {
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
  readonly yes?: true;
  readonly trustedRoot?: string;
  readonly retries?: number;
  readonly timeout?: number;
}

/** How to sign: the same flags for every command that signs. */
export function addSignOptions(command: Command): void {
  command
    .option(
      '--key <key>',
      'private key: FILE, env://VAR or SCHEME://KEY; without it a certificate says who signs',
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
    .option('--trusted-root <file>', "what must be able to verify it (sigstore's public instance)")
    .option('-y, --yes', 'agree to what a public log keeps, without being asked')
    // What scripts for cosign pass.
    .addOption(new Option('--tlog-upload [bool]').hideHelp().preset('true').argParser(asBoolean));
  addIdentityOptions(command);
}

/**
 * Puts together who signs. A key that nobody vouches for is opened at once, so that a wrong password
 * is told before anything is read; all else is asked for when nothing else stands in the way.
 * @throws KongcrateError USAGE, SOURCE_UNREADABLE, KEY_PASSWORD, KEY_INVALID
 */
export async function partyOf(flags: SignFlags, call: Call): Promise<Party> {
  const party = await lazyPartyOf(flags, call);
  const { signer } = party;
  if (flags.key === undefined || typeof signer !== 'function' || party.witnesses) return party;
  return { ...party, signer: await signer() };
}

/**
 * The same, for work that takes a while before it signs: the password is asked for at once, and the
 * key opened meanwhile.
 * @throws KongcrateError USAGE, SOURCE_UNREADABLE, KEY_PASSWORD
 */
export async function beginPartyOf(flags: SignFlags, call: Call): Promise<Party> {
  const party = await lazyPartyOf(flags, call);
  if (flags.key === undefined || party.witnesses) return party;
  return { ...party, signer: await beginSigner(flags.key, signerOptionsOf(flags, call)) };
}

/** The same, with a key that is opened when nothing else stands in the way. */
export async function lazyPartyOf(flags: SignFlags, call: Call): Promise<Party> {
  const { key, signatureFormat: format, trustedRoot } = flags;
  const { oidcClientId, dockerMediaTypes } = flags;
  checkIdentityFlags(flags);
  const { context } = call;
  const services = await servicesOf(flags);
  const connection = serviceConnectionOf(flags, call);
  /** Only when everything else is ready: asking for a dry run would be idle. */
  const agreed = async (): Promise<void> => {
    if (services && services.logs.length > 0) await agreeToLog(call, flags);
  };
  const openKey = (name: string): Promise<Signer> =>
    agreed().then(() => openSigner(name, signerOptionsOf(flags, call)));
  const identityToken = (): Promise<string> =>
    agreed().then(() => readIdentityTokenOf(flags, context, connection));
  return createParty({
    ...(key === undefined
      ? { identityToken: once(identityToken) }
      : { signer: () => openKey(key) }),
    ...(oidcClientId === undefined ? {} : { audience: oidcClientId }),
    ...(services ? { services } : {}),
    connection,
    ...(trustedRoot === undefined ? {} : { trustedRoot: readTrustedRoot(trustedRoot) }),
    ...(format ? { format } : {}),
    ...(dockerMediaTypes ? { dockerMediaTypes } : {}),
    onCertificate: ({ subject, issuer }) => {
      call.note(`signing as ${subject}, vouched for by ${issuer}`);
    },
    signal: context.signal,
  });
}

function signerOptionsOf(
  { allowUnencryptedKey, timeout }: SignFlags,
  { context }: Call,
): OpenSignerOptions {
  return { context, allowUnencryptedKey, timeout };
}

/** Of several plugins only the first one asks. */
function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => (opened ??= open());
}

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
