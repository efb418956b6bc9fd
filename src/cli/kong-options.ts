import type { Command } from 'commander';
import type { KongPlace } from '../kong/read-kong-settings.ts';
import type { Context } from './context.ts';

const DEFAULT_PREFIX = '/usr/local/kong';

export interface KongFlags {
  readonly kongConf?: string;
  readonly prefix: string;
}

/** Where a node's Kong has its settings. */
export function addKongOptions(command: Command): void {
  command
    .option('--kong-conf <file>', "Kong's configuration file (/etc/kong/kong.conf)")
    .option('--prefix <dir>', 'prefix of the running Kong', DEFAULT_PREFIX);
}

export function kongOf({ kongConf, prefix }: KongFlags, { environment }: Context): KongPlace {
  return { prefix, environment, ...(kongConf === undefined ? {} : { kongConf }) };
}
