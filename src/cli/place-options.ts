import type { Command } from 'commander';
import { readCredentials } from '../registry/credentials/read-credentials.ts';
import { readTrustedAuthHosts } from '../registry/credentials/trusted-realms.ts';
import type { OpenOptions } from '../workflows/open-store.ts';
import type { Call } from './action.ts';
import {
  addConfigOption,
  addConnectionOptions,
  connectionOf,
  placesOf,
  type ConnectionFlags,
} from './connection-options.ts';
import { collect, count } from './shared-options.ts';

export interface PlaceFlags extends ConnectionFlags {
  readonly as?: string;
  readonly registryConfig?: string;
  readonly registryToken?: string;
  readonly trustAuthHost?: readonly string[];
  readonly retries?: number;
  readonly timeout?: number;
  readonly verbose?: true;
}

/** Where an artifact is, and how it is reached: the same flags for every command that reads or writes one. */
export function addPlaceOptions(command: Command): void {
  command
    .option('--as <repository>', 'logical name of a layout (localhost/<directory>)')
    .option('--registry-token <token>', 'access token for the registry, sent as it is')
    .option('--trust-auth-host <host>', 'another host that may check logins (repeatable)', collect)
    .option('--retries <n>', 'tries of a request that may be repeated (3)', count)
    .option('--timeout <seconds>', 'longest time for one request (1800)', count);
  addConfigOption(command);
  addConnectionOptions(command);
}

/** Turns the flags into what opens a store. Nothing is read before a registry asks for it. */
export function placeOf(flags: PlaceFlags, { context, note }: Call): OpenOptions {
  const { registryToken: token, trustAuthHost = [], retries, timeout } = flags;
  const places = placesOf(flags, context);
  return {
    as: flags.as,
    registry: {
      ...connectionOf(flags, context),
      credentials: readCredentials({ ...places, token, onNote: note }),
      trustedAuthHosts: (host) => [...trustAuthHost, ...readTrustedAuthHosts(host, places)],
      ...(retries === undefined ? {} : { retries: { tries: retries } }),
      ...(timeout === undefined ? {} : { timeouts: { totalMs: timeout * 1000 } }),
      ...(flags.verbose ? { log: note } : {}),
    },
  };
}
