import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../src/registry/credentials/read-credentials.ts';
import {
  eraseCredentials,
  storeCredentials,
} from '../../src/registry/credentials/store-credentials.ts';
import {
  readTrustedAuthHosts,
  storeTrustedAuthHost,
} from '../../src/registry/credentials/trusted-realms.ts';
import { expectError } from '../support/expect-error.ts';
import { auth, makeHome } from './credentials-support.ts';

const DOCKER = '.docker/config.json';
const LOGIN = { host: 'h.io', username: 'u', password: 'p' };

describe('storeCredentials', () => {
  it('makes the file docker makes, for its owner only', async () => {
    const home = makeHome();
    const file = join(home.home, DOCKER);
    expect(await storeCredentials(LOGIN, home)).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe(
      '{\n\t"auths": {\n\t\t"h.io": {\n\t\t\t"auth": "dTpw"\n\t\t}\n\t}\n}',
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(home.home, '.docker')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(home.home, '.docker'))).toEqual(['config.json']);
  });

  it('keeps every other key, the indent and the last line end', async () => {
    const home = makeHome();
    const before = { psFormat: 'x', auths: { other: auth('a', 'b') }, plugins: { p: { q: '1' } } };
    const file = home.write(DOCKER, `${JSON.stringify(before, null, 4)}\n`);
    await storeCredentials(LOGIN, home);
    const after = { ...before, auths: { ...before.auths, 'h.io': { auth: 'dTpw' } } };
    expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify(after, null, 4)}\n`);
    expect(await eraseCredentials('h.io', home)).toEqual([file]);
    expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify(before, null, 4)}\n`);
  });

  it('replaces every spelling of the host, and none of another host', async () => {
    const home = makeHome();
    const entry = auth('old', 'old');
    const others = { 'h.io/ns': entry, 'h.io.evil': entry, 'h.io:5000': entry };
    const spellings = { 'https://h.io': entry, 'h.io/v1/': entry, 'H.IO': entry };
    const file = home.write(DOCKER, { auths: { ...spellings, ...others } });
    await storeCredentials(LOGIN, home);
    const { auths } = JSON.parse(readFileSync(file, 'utf8')) as { auths: object };
    expect(auths).toEqual({ ...others, 'h.io': { auth: 'dTpw' } });
  });

  it("uses docker's name for Docker Hub", async () => {
    const home = makeHome();
    await storeCredentials({ ...LOGIN, host: 'index.docker.io' }, home);
    expect(readFileSync(join(home.home, DOCKER), 'utf8')).toContain(
      '"https://index.docker.io/v1/"',
    );
    expect(await readCredentials(home)('registry-1.docker.io', 'a/b')).toMatchObject({
      username: 'u',
    });
    expect(await eraseCredentials('docker.io', home)).toHaveLength(1);
  });

  it('follows a symbolic link and leaves it', async () => {
    const home = makeHome();
    const target = home.write('dotfiles/config.json', {});
    home.write('.docker/x', '');
    symlinkSync(target, join(home.home, DOCKER));
    await storeCredentials(LOGIN, home);
    expect(lstatSync(join(home.home, DOCKER)).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain('dTpw');
  });

  it.each([{ credsStore: 'mine' }, { credHelpers: { 'h.io': 'mine' } }])(
    'gives the secret to the helper of %j alone',
    async (config) => {
      const home = makeHome();
      home.addHelper('mine', KEEPER);
      const file = home.write(DOCKER, config);
      expect(await storeCredentials(LOGIN, home)).toBe('docker-credential-mine');
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...config, auths: { 'h.io': {} } });
      expect(await readCredentials(home)('h.io', undefined)).toMatchObject({
        username: 'u',
        password: 'p',
        source: 'docker-credential-mine',
      });
      expect(await eraseCredentials('h.io', home)).toEqual(['docker-credential-mine', file]);
      expect(await readCredentials(home)('h.io', undefined)).toBeUndefined();
      expect(await eraseCredentials('h.io', home)).toEqual([]);
    },
  );

  it('stores nothing when the helper fails or the file is no JSON', async () => {
    const home = makeHome();
    home.addHelper('mine', 'exit 1');
    const file = home.write(DOCKER, { credsStore: 'mine' });
    await expectError(() => storeCredentials(LOGIN, home), 'CREDENTIALS_UNREADABLE');
    expect(readFileSync(file, 'utf8')).toBe('{"credsStore":"mine"}');
    home.write(DOCKER, '{"auths":');
    await expectError(() => storeCredentials(LOGIN, home), 'CREDENTIALS_UNREADABLE');
    expect(readFileSync(file, 'utf8')).toBe('{"auths":');
  });

  it('says so when the directory cannot be written', async () => {
    const home = makeHome();
    home.write('.docker', 'a file where a directory should be');
    await expectError(() => storeCredentials(LOGIN, home), 'INSTALL_FAILED');
  });
});

/** A helper that keeps one login in a file beside itself. */
const KEEPER = `
case $1 in
  store) /bin/cat >"$0.kept" ;;
  get) [ -e "$0.kept" ] || { echo "credentials not found in native keychain"; exit 1; }
    exec /bin/cat "$0.kept" ;;
  erase) exec /bin/rm "$0.kept" ;;
esac`;

describe('trusted realms', () => {
  it('are kept by registry, apart from docker, for the owner only', async () => {
    const home = makeHome();
    const file = join(home.home, '.config/kongcrate/realms.json');
    expect(readTrustedAuthHosts('r.example', home)).toEqual([]);
    expect(existsSync(file)).toBe(false);
    storeTrustedAuthHost({ registryHost: 'r.example', authHost: 'b.example' }, home);
    storeTrustedAuthHost({ registryHost: 'r.example', authHost: 'a.example:8443' }, home);
    storeTrustedAuthHost({ registryHost: 'r.example', authHost: 'b.example' }, home);
    expect(readTrustedAuthHosts('R.example:443', home)).toEqual(['a.example:8443', 'b.example']);
    expect(readTrustedAuthHosts('r.example.evil', home)).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(join(home.home, DOCKER))).toBe(false);
    home.write('.config/kongcrate/realms.json', { 'r.example': 'a.example' });
    await expectError(() => readTrustedAuthHosts('r.example', home), 'CREDENTIALS_UNREADABLE');
  });
});
