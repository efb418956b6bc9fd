import type { Command } from 'commander';
import { readCredentials } from '../registry/credentials/read-credentials.ts';
import { readTrustedAuthHosts } from '../registry/credentials/trusted-realms.ts';
import type { OpenOptions } from '../workflows/open-store.ts';
import type { Call } from './action.ts';
import {
  addConfigOption,
  addConnectionOptions,
  addTrustAuthHostOption,
  connectionOf,
  placesOf,
  type ConnectionFlags,
} from './connection-options.ts';
import { givenCredentials, registryOf, type CredentialFlags } from './given-credentials.ts';
import { mirrorsOf } from './mirrors-of.ts';
import { signatureRepositoryOf } from './signature-repository.ts';
import { count } from './shared-options.ts';

export interface PlaceFlags extends ConnectionFlags, CredentialFlags {
  readonly as?: string;
  readonly config?: string;
  readonly registryConfig?: string;
  readonly trustAuthHost?: readonly string[];
  readonly retries?: number;
  readonly timeout?: number;
  readonly concurrency?: number;
}

/** The forms of a reference, for help texts; without a registry it is Docker Hub's. */
export const REFERENCE_FORMS = '[registry/]repo[:tag][@digest] or oci-layout:DIR[:tag][@digest]';
/** Where it is only read, from an archive too. */
export const SOURCE_FORMS =
  '[registry/]repo[:tag][@digest], or oci-layout:DIR or oci-archive:FILE with them';

/** Where an artifact is, and how it is reached: the same flags for every command that reads or writes one. */
export function addPlaceOptions(command: Command): void {
  command.option(
    '--as <repository>',
    'logical name of a layout (localhost/<directory>), an archive, or a file',
  );
  addRegistryOptions(command);
}

/** How registries are reached, and as whom. */
export function addRegistryOptions(command: Command): void {
  command
    .option('--registry-username <name>', 'user name in place of the stored login')
    .option('--password-stdin', 'read its password, or an access token, from standard input')
    .option('--registry-token <token>', 'access token in place of the stored login, sent as it is')
    .option('--retries <n>', 'tries of a request that may be repeated (3)', count)
    .option('--concurrency <n>', 'most connections to one registry, and blobs at once', count)
    .option('--timeout <seconds>', 'longest time for one request (1800)', count);
  addTrustAuthHostOption(command);
  addConfigOption(command);
  addConnectionOptions(command);
}

/**
 * Turns the flags into what opens a store. No stored login is read before a registry asks for it;
 * `--password-stdin` is read at once.
 * @param references what the command works on: a login on the command line is for their registry
 * @throws KongcrateError USAGE, INTERRUPTED
 */
export async function placeOf(
  flags: PlaceFlags,
  call: Call,
  references: readonly string[],
): Promise<OpenOptions> {
  const { trustAuthHost = [], retries, timeout, concurrency } = flags;
  const { context, note } = call;
  const places = placesOf(flags, context);
  const given = await givenCredentials(flags, context, references);
  const signatures = signatureRepositoryOf(references, call);
  // Consent is for the registries that were named, not for what a file puts in their place.
  const named = [...references, signatures.signatureRepository ?? ''].flatMap(registryOf);
  return {
    as: flags.as,
    ...signatures,
    ...(await mirrorsOf(flags, references, call)),
    registry: {
      ...connectionOf(flags, call),
      credentials: readCredentials({ ...places, given, onNote: note, signal: context.signal }),
      trustedAuthHosts: (host) => [
        ...(named.includes(host) ? trustAuthHost : []),
        ...readTrustedAuthHosts(host, places),
      ],
      ...(retries === undefined ? {} : { retries: { tries: retries } }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(timeout === undefined ? {} : { timeouts: { totalMs: timeout * 1000 } }),
    },
  };
}
