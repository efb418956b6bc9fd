import { homedir } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { createProxyFor } from '../http/proxy-settings.ts';
import type { RegistryOptions } from '../registry/create-registry-send.ts';
import type { ConfigPlaces } from '../registry/credentials/config-files.ts';
import { readSourceFile } from '../workflows/read-source-tree.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Call } from './action.ts';
import { isSet, type Context } from './context.ts';

export interface ConnectionFlags {
  readonly plainHttp?: true;
  readonly insecure?: true;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly verbose?: true;
}

/** How a registry is reached. */
export function addConnectionOptions(command: Command): void {
  command
    .option('--plain-http', 'no TLS; on this machine that is the default')
    .option('--insecure', 'TLS without checking the certificate')
    .option('--ca-file <file>', 'PEM certificates to trust besides the usual ones')
    .option('--cert-file <file>', 'PEM certificate to show to the registry')
    .option('--key-file <file>', 'PEM key of --cert-file');
}

/** With authorities of our own given, Node.js no longer reads the second one by itself. */
const CA_VARIABLES = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'];

/** Turns flags and environment into what the transport takes. */
export function connectionOf(
  flags: ConnectionFlags,
  { context, note }: Pick<Call, 'context' | 'note'>,
): Omit<RegistryOptions, 'host'> {
  const { plainHttp, insecure, certFile, keyFile } = flags;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new KongcrateError('USAGE', '--cert-file and --key-file belong together', {
      remedy: 'Give both.',
    });
  const fromEnvironment = CA_VARIABLES.filter((name) => isSet(context, name));
  const caFiles = [
    flags.caFile,
    ...fromEnvironment.map((name) => context.environment[name]),
  ].filter((file) => file !== undefined);
  return {
    // Whoever names an authority means TLS, on this machine too.
    ...(plainHttp ? { plainHttp } : flags.caFile === undefined ? {} : { plainHttp: false }),
    ...(insecure ? { insecure } : {}),
    ...(caFiles.length === 0 ? {} : { caCertificates: caFiles.map(readText) }),
    ...(certFile === undefined || keyFile === undefined
      ? {}
      : { clientCertificate: { certificate: readText(certFile), key: readText(keyFile) } }),
    proxyFor: createProxyFor(context.environment),
    ...(flags.verbose ? { log: note } : {}),
  };
}

/** `--trust-auth-host`: consent to send a registry's credentials to another host. */
export function addTrustAuthHostOption(command: Command): void {
  const what = 'another host that may check logins (repeatable)';
  command.option('--trust-auth-host <host>', what, collectAuthHost);
}

function collectAuthHost(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, parseAuthHost(value)];
}

/** As it stands in a URL, which is what it is compared with. */
function parseAuthHost(text: string): string {
  const url = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : undefined;
  if (url?.href === `https://${url?.host ?? ''}/`) return url.host;
  throw new InvalidArgumentError('Give HOST or HOST:PORT, without https:// and path.');
}

/** `--registry-config`: docker's file under another name, and the only one that is read. */
export function addConfigOption(command: Command): void {
  command.option('--registry-config <file>', "config file in docker's format, the only one to use");
}

/** Where registry logins are kept. */
export function placesOf(
  flags: { readonly registryConfig?: string },
  { environment }: Context,
): ConfigPlaces {
  return {
    environment,
    home: environment['HOME'] ?? homeOfUser(),
    registryConfig: flags.registryConfig,
  };
}

/** Containers and services run as users whom no passwd file knows: they have `/`, as runtimes set it. */
function homeOfUser(): string {
  try {
    return homedir();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return '/';
    throw error;
  }
}

function readText(file: string): string {
  return readSourceFile(file).toString('utf8');
}
