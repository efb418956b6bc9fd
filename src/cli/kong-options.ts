import type { Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Transport } from '../http/create-send.ts';
import { createProxyFor } from '../http/proxy-settings.ts';
import type { Send } from '../http/transport.ts';
import type { Asking } from '../kong/activation/ask-node.ts';
import { findPrefix } from '../kong/node/find-prefix.ts';
import type { KongRole, NodePlace } from '../kong/node/kong-node.ts';
import { parseNodeUrl } from '../kong/node/parse-node-url.ts';
import type { KongPlace } from '../kong/read-kong-settings.ts';
import type { Call } from './action.ts';
import type { Context } from './context.ts';

export interface KongFlags {
  readonly kongConf?: string;
  readonly prefix?: string;
}

/** Where a node's Kong has its settings. */
export function addKongOptions(command: Command): void {
  command
    .option('--kong-conf <file>', "Kong's configuration file (/etc/kong/kong.conf)")
    .option('--prefix <dir>', 'prefix of the running Kong (as configured, else /usr/local/kong)');
}

export function kongOf({ kongConf, prefix }: KongFlags, { environment }: Context): KongPlace {
  const place = { environment, ...(kongConf === undefined ? {} : { kongConf }) };
  return { ...place, prefix: prefix ?? findPrefix(place) };
}

export interface NodeServerFlags extends KongFlags {
  readonly adminUrl?: URL;
  readonly adminHeader?: Readonly<Record<string, string>>;
  readonly statusUrl?: URL;
  /** Only a configuration says it. */
  readonly role?: KongRole;
  readonly verbose?: true;
}

/** Where a running node is asked. */
export function addNodeServerOptions(command: Command): void {
  command
    .option(
      '--admin-url <url>',
      "the Admin API; of a data plane: its control plane's",
      parseNodeUrl,
    )
    .option('--admin-header <h>', 'header for it, such as Kong-Admin-Token: … (repeatable)', header)
    .option('--status-url <url>', 'the status API', parseNodeUrl);
}

export function nodePlaceOf(flags: NodeServerFlags, context: Context): NodePlace {
  const { adminUrl, adminHeader: adminHeaders, statusUrl, role } = flags;
  return {
    ...kongOf(flags, context),
    ...(adminUrl && { adminUrl }),
    ...(adminHeaders && { adminHeaders }),
    ...(statusUrl && { statusUrl }),
    ...(role && { role }),
  };
}

/** How a node is asked: no retries, this machine allowed. No header is ever logged. */
export function askingOf({ verbose }: NodeServerFlags, { context, note }: Call): Asking {
  let opening: Promise<Transport> | undefined;
  // Loaded with the first question: where no Kong runs nobody is asked.
  const open = async (): Promise<Transport> => {
    const { createSend } = await import('../http/create-send.ts');
    const proxyFor = createProxyFor(context.environment);
    return createSend({ allowLoopback: true, proxyFor, ...(verbose ? { log: note } : {}) });
  };
  const send: Send = async (request) => (await (opening ??= open())).send(request);
  return { send, signal: context.signal };
}

function header(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\x20-\x7e]+)$/.exec(text) ?? [];
  if (name !== undefined) return { ...earlier, [name]: value };
  throw new KongcrateError('USAGE', '--admin-header is no header', {
    remedy: "Give --admin-header 'NAME: VALUE'.",
  });
}
