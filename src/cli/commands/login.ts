import type { Command } from 'commander';
import { login } from '../../workflows/login.ts';
import { setAction } from '../action.ts';
import { readLogin, realmQuestion, type LoginFlags } from '../ask-login.ts';
import {
  addConfigOption,
  addConnectionOptions,
  addTrustAuthHostOption,
  connectionOf,
  placesOf,
  type ConnectionFlags,
} from '../connection-options.ts';
import type { Context } from '../context.ts';

interface Flags extends LoginFlags, ConnectionFlags {
  readonly registryConfig?: string;
  readonly trustAuthHost?: readonly string[];
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<host>', 'the registry: HOST or HOST:PORT')
    .option('-u, --username <name>', 'user name; asked for on a terminal')
    .option('--password-stdin', 'read the password, or an access token, from standard input');
  addTrustAuthHostOption(command);
  addConfigOption(command);
  addConnectionOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([host = ''], flags, call) => {
    const confirmRealm = realmQuestion(context);
    const done = await login({
      ...placesOf(flags, context),
      ...(await readLogin(flags, context, '-u')),
      host,
      connection: connectionOf(flags, call),
      trustedAuthHosts: flags.trustAuthHost ?? [],
      ...(confirmRealm === undefined ? {} : { confirmRealm }),
      signal: context.signal,
    });
    if (!done.checked)
      call.warn(`${done.host} did not ask for a login: the password was not checked`);
    for (const authHost of done.trustedAuthHosts)
      call.note(`${authHost} may check the logins of ${done.host}, now and in future`);
    return {
      text: `logged in to ${done.host} as ${done.username}; stored in ${done.storedIn}`,
      json: done,
    };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate login ghcr.io
  $ printf %s "$TOKEN" | kongcrate login ghcr.io -u acme --password-stdin

The login is kept where docker login keeps it, and is good for docker, crane, oras and cosign.`;
