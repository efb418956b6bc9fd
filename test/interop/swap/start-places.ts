import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { htpasswdAuth, startAuthRegistry } from '../../support/auth-registry.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { failure } from '../../support/test-registry-content.ts';
import { startTestRegistry } from '../../support/test-registry.ts';
import type { RegistryKind } from './cells.ts';
import { install } from './kongcrate-steps.ts';
import { once } from './once.ts';
import { createPrograms, type Programs } from './programs.ts';
import type { Login } from './steps.ts';

/** Where a cell is run. */
export interface Place {
  /** A registry that wants a login. */
  readonly host: string;
  readonly hasReferrersApi: boolean;
  readonly login: Login;
  readonly programs: Programs;
  readonly install: typeof install;
  /** A public key that signed nothing. */
  readonly otherKey: string;
}

const LOGIN: Login = { username: 'bob', password: 'pa:ss "word' };

/** Starts both registries. What the programs make serves both, where it does not depend on them. */
export async function startPlaces(): Promise<Readonly<Record<RegistryKind, Place>>> {
  const otherKey = join(temporaryDirectory(), 'other.pub');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  writeFileSync(otherKey, publicKey.export({ type: 'spki', format: 'pem' }));
  const shared = {
    login: LOGIN,
    otherKey,
    programs: createPrograms(),
    install: once(install),
  };
  return {
    'docker-registry': {
      ...shared,
      host: await startAuthRegistry(await htpasswdAuth(LOGIN.username, LOGIN.password)),
      hasReferrersApi: false,
    },
    referrers: { ...shared, host: await startReferrersRegistry(), hasReferrersApi: true },
  };
}

async function startReferrersRegistry(): Promise<string> {
  const refusal = failure(401, 'UNAUTHORIZED');
  const challenge = { ...refusal.headers, 'www-authenticate': 'Basic realm="tests"' };
  const { host } = await startTestRegistry({
    authorize: ({ headers }) =>
      headers.authorization === basicAuthorization(LOGIN)
        ? undefined
        : { ...refusal, headers: challenge },
  });
  return host;
}

/** RFC 7617. */
export function basicAuthorization({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
