import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Credentials, CredentialSource } from '../../src/registry/credentials/credentials.ts';
import {
  readCredentials,
  type GivenCredentials,
} from '../../src/registry/credentials/read-credentials.ts';
import { expectError } from '../support/expect-error.ts';
import { auth, makeHome } from './credentials-support.ts';

const DOCKER = '.docker/config.json';
const PODMAN = '.config/containers/auth.json';
const userOf = (found: Credentials | undefined): string | undefined =>
  found?.kind === 'basic' ? found.username : found?.token;

describe('readCredentials', () => {
  it.each<[what: string, entry: object, expected: object | undefined]>([
    ['auth', auth('a', 'b:c'), { kind: 'basic', username: 'a', password: 'b:c' }],
    ['padded auth', auth('a', 'b\0\0'), { kind: 'basic', username: 'a', password: 'b' }],
    ['two fields', { username: 'a', password: 'b' }, { kind: 'basic', username: 'a', password: 'b' }], // prettier-ignore
    ['identitytoken', { ...auth('0', ''), identitytoken: 't' }, { kind: 'identity-token', token: 't' }], // prettier-ignore
    ['user <token>', auth('<token>', 't'), { kind: 'identity-token', token: 't' }],
    ['registrytoken', { registrytoken: 't' }, { kind: 'access-token', token: 't' }],
    ['nothing', {}, undefined],
    ['a name alone', { username: 'a' }, undefined],
  ])('reads an entry with %s', async (_what, entry, expected) => {
    const home = makeHome();
    const file = home.write(DOCKER, { auths: { 'r.example': entry } });
    const found = await readCredentials(home)('r.example', 'a/b');
    expect(found).toEqual(expected && { ...expected, source: file });
  });

  it('merges files per host: one that lacks the host hides nothing', async () => {
    const home = makeHome();
    const auths = (...names: readonly string[]): object => ({
      auths: Object.fromEntries(names.map((name) => [name.slice(2), auth(name.charAt(0), 'x')])),
    });
    home.write(DOCKER, auths('d:one'));
    home.write(PODMAN, auths('p:one', 'p:two', 'p:three', 'p:four'));
    const other = makeHome();
    const named = other.write('named.json', auths('n:one', 'n:two'));
    other.write('x/containers/auth.json', auths('r:two', 'r:three'));
    const find = readCredentials({
      home: home.home,
      environment: { REGISTRY_AUTH_FILE: named, XDG_RUNTIME_DIR: join(other.home, 'x') },
    });
    const found = await Promise.all(
      ['one', 'two', 'three', 'four', 'five'].map(async (host) => userOf(await find(host, 'a'))),
    );
    expect(found).toEqual(['d', 'n', 'r', 'p', undefined]);
  });

  it('reads only the file that is named, and DOCKER_CONFIG before the home', async () => {
    const home = makeHome();
    home.write(DOCKER, { auths: { h: auth('home', 'x') } });
    home.write('other/config.json', { auths: { h: auth('other', 'x') } });
    const environment = { ...home.environment, DOCKER_CONFIG: join(home.home, 'other') };
    expect(userOf(await readCredentials({ ...home, environment })('h', 'a'))).toBe('other');
    const registryConfig = home.write('named.json', {});
    expect(await readCredentials({ ...home, registryConfig })('h', 'a')).toBeUndefined();
  });

  it('prefers the longest path, in whatever file it stands', async () => {
    const home = makeHome();
    home.write(DOCKER, { auths: { 'h.io': auth('host', 'x'), 'h.io/ns': auth('ns', 'x') } });
    home.write(PODMAN, { auths: { 'h.io/ns/repo': auth('repo', 'x') } });
    const find = readCredentials(home);
    const user = async (repository?: string): Promise<unknown> =>
      userOf(await find('h.io', repository));
    expect(await user('ns/repo')).toBe('repo');
    expect(await user('ns/repository')).toBe('ns');
    expect(await user('ns/repo/deeper')).toBe('repo');
    expect(await user('nsx/repo')).toBe('host');
    expect(await user()).toBe('host');
  });

  it.each(['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io'])(
    'finds Docker Hub under %s',
    async (key) => {
      const home = makeHome();
      home.write(DOCKER, { auths: { [key]: auth('hub', 'x') } });
      expect(userOf(await readCredentials(home)('registry-1.docker.io', 'library/x'))).toBe('hub');
    },
  );

  it('takes what was given for this call before every file, for its own registry only', async () => {
    const home = makeHome();
    const find = (given: GivenCredentials): CredentialSource => readCredentials({ ...home, given });
    const login = { username: 'u', password: 'p' };
    home.write(DOCKER, { auths: { 'h.evil': auth('stored', 'x') } });
    expect(userOf(await find({ host: 'h', ...login })('h.evil', 'a'))).toBe('stored');
    expect(await find({ host: 'h', token: 't.t.t' })('h:5000', 'a')).toBeUndefined();
    home.write(DOCKER, 'no JSON at all');
    expect(userOf(await find({ host: 'h', ...login })('h', 'a'))).toBe('u');
    expect(userOf(await find({ host: 'h', token: 't.t.t' })('h', 'a'))).toBe('t.t.t');
    const hub = find({ host: 'index.docker.io', token: 't' });
    expect(userOf(await hub('registry-1.docker.io', 'a/b'))).toBe('t');
  });

  it.each<GivenCredentials>([
    { host: 'h', username: '', password: 'p' },
    { host: 'h', username: 'u:v', password: 'p' },
    { host: 'h', username: 'u', password: '' },
    { host: 'h', token: 'a b' },
    { host: 'h', token: '' },
  ])('refuses what cannot be sent: %j', async (given) => {
    await expectError(() => readCredentials({ ...makeHome(), given }), 'USAGE');
  });

  it('has a note about a file that everybody can read, once', async () => {
    const home = makeHome();
    const file = home.write(DOCKER, {});
    chmodSync(file, 0o644);
    const notes: string[] = [];
    const find = readCredentials({ ...home, onNote: (note) => notes.push(note) });
    await find('h', 'a');
    await find('h', 'a');
    expect(notes).toEqual([expect.stringContaining(file)]);
  });
});

describe('a credential helper', () => {
  it("is asked for its host only, by docker's protocol", async () => {
    const home = makeHome();
    home.addHelper(
      'mine',
      `echo "$1 $(/bin/cat)" >>"$0.log"
       echo '{"ServerURL":"x","Username":"helped","Secret":"s"}'`,
    );
    home.write(DOCKER, { credHelpers: { 'h.io': 'mine' }, auths: { 'h.io/ns': auth('ns', 'x') } });
    const find = readCredentials(home);
    expect(await find('h.io', 'other/repo')).toEqual({
      kind: 'basic',
      username: 'helped',
      password: 's',
      source: 'docker-credential-mine',
    });
    expect(userOf(await find('h.io', 'ns/repo'))).toBe('ns');
    expect(await find('other.io', 'a')).toBeUndefined();
    expect(readFileSync(join(home.home, 'bin/docker-credential-mine.log'), 'utf8')).toBe(
      'get h.io\n',
    );
  });

  it("configured for all hosts gives tokens too, and is told docker's name of Docker Hub", async () => {
    const home = makeHome();
    home.addHelper(
      'all',
      `read host || :
       echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"for $host\\"}"`,
    );
    home.write(DOCKER, { credsStore: 'all' });
    const find = readCredentials(home);
    expect(await find('registry-1.docker.io', 'library/x')).toMatchObject({
      kind: 'identity-token',
      token: 'for https://index.docker.io/v1/',
    });
    expect(await find('h.io:5000', 'x')).toMatchObject({ token: 'for h.io:5000' });
  });

  it('that holds nothing is no error, and the next place counts', async () => {
    const home = makeHome();
    home.addHelper('empty', 'echo "credentials not found in native keychain"; exit 1');
    home.write(DOCKER, { credsStore: 'empty', auths: { 'h.io': {} } });
    const find = readCredentials(home);
    expect(await find('h.io', 'x')).toBeUndefined();
    home.write(PODMAN, { auths: { 'h.io': auth('podman', 'x') } });
    expect(userOf(await readCredentials(home)('h.io', 'x'))).toBe('podman');
  });
});
