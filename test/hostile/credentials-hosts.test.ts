import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../src/registry/credentials/read-credentials.ts';
import { expectError } from '../support/expect-error.ts';
import { auth, makeHome } from '../registry/credentials-support.ts';

// ATTACKS R11: @sigstore/oci 0.7.1 and 0.7.2 compared hosts by substring.

const DOCKER = '.docker/config.json';

describe('a credential is found for its own host only', () => {
  it.each([
    ['registry.example.com', 'registry.example.com.evil'],
    ['registry.example.com', 'evil-registry.example.com'],
    ['registry.example.com', 'example.com'],
    ['registry.example.com', 'registry.example.co'],
    ['registry.example.com', 'registry.example.com:5000'],
    ['registry.example.com:5000', 'registry.example.com'],
    ['registry.example.com:5000', 'registry.example.com:50000'],
    ['registry.example.com/team', 'registry.example.com'],
    ['https://registry.example.com/team', 'registry.example.com'],
    ['https://registry.example.com@evil.example', 'evil.example'],
    ['https://registry.example.com', 'https'],
    ['ftp://registry.example.com', 'registry.example.com'],
    ['*.example.com', 'registry.example.com'],
    ['', 'registry.example.com'],
    ['docker.io', 'docker.io.evil.example'],
    ['docker.io', 'hub.docker.io'],
    ['https://index.docker.io/v1/', 'index.docker.io.evil'],
    ['https://index.docker.io/v1/../x', 'index.docker.io'],
    ['__proto__', 'constructor'],
  ])('%j is not for %s', async (key, host) => {
    const home = makeHome();
    home.addHelper('mine', `echo '{"Username":"helper","Secret":"s"}'`);
    home.write(DOCKER, `{"auths": {${JSON.stringify(key)}: ${JSON.stringify(auth('u', 'p'))}}}`);
    expect(await readCredentials(home)(host, 'team-b/repo')).toBeUndefined();
    home.write(DOCKER, `{"credHelpers": {${JSON.stringify(key)}: "mine"}}`);
    expect(await readCredentials(home)(host, 'team-b/repo')).toBeUndefined();
  });

  it.each([
    ['registry.example.com', 'registry.example.com'],
    ['https://registry.example.com', 'registry.example.com'],
    ['https://registry.example.com/', 'registry.example.com'],
    ['http://registry.example.com/v2/', 'registry.example.com'],
    ['https://registry.example.com/v1', 'registry.example.com'],
    ['registry.example.com/v1/', 'registry.example.com'],
    ['Registry.Example.com', 'registry.example.com'],
    ['registry.example.com:443', 'registry.example.com'],
    ['registry.example.com:5000', 'registry.example.com:5000'],
    ['[::1]:5000', '[::1]:5000'],
    ['docker.io/team-b', 'registry-1.docker.io'],
  ])('%s is for %s', async (key, host) => {
    const home = makeHome();
    home.write(DOCKER, { auths: { [key]: auth('u', 'p') } });
    expect(await readCredentials(home)(host, 'team-b/repo')).toMatchObject({ username: 'u' });
  });
});

describe('a configuration that cannot be used', () => {
  const SECRET = 'S3CRET';

  it.each<[text: string, words: string]>([
    [`{"auths": {"h": {"auth": "${SECRET}" "x"}}}`, 'line 1, column 35'],
    [`{\n  "auths": {\n    "h": ${SECRET}`, 'line 3, column 10'],
    [`{"auths": {"h": {"password": "${SECRET}`, 'line 1, column 30'],
    [`{"a": [1, 2,], "x": "${SECRET}"}`, 'line 1, column 13'],
    [`{} ${SECRET}`, 'line 1, column 4'],
    [`["${SECRET}"]`, 'the whole of it'],
    ['null', 'the whole of it'],
    ['{"auths": []}', 'auths is no JSON object'],
    [`{"auths": {"h": "${SECRET}"}}`, 'auths["h"]'],
    [`{"auths": {"h": {"auth": "${SECRET}:"}}}`, 'auth of h'],
    [`{"auths": {"h": {"auth": "${Buffer.from(SECRET).toString('base64')}"}}}`, 'auth of h'],
    [`{"auths": {"h": {"registrytoken": "${SECRET}\\r\\nX: y"}}}`, 'registrytoken of h'],
    ['{"credsStore": 7}', 'credsStore'],
    ['{"credHelpers": {"h": null}}', 'credHelpers["h"]'],
  ])('is named with the place in it and without its content: %s', async (text, words) => {
    const home = makeHome();
    const file = home.write(DOCKER, text);
    const error = await expectError(
      () => readCredentials(home)('h', 'a'),
      'CREDENTIALS_UNREADABLE',
    );
    expect(error.message).toContain(file);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain(SECRET);
    expect(error.cause).toBeUndefined();
  });

  it('may be a directory, and may be empty', async () => {
    const home = makeHome();
    home.write(DOCKER, '\n');
    expect(await readCredentials(home)('h', 'a')).toBeUndefined();
    home.write('named/x', '');
    const registryConfig = `${home.home}/named`;
    await expectError(
      () => readCredentials({ ...home, registryConfig })('h', 'a'),
      'CREDENTIALS_UNREADABLE',
    );
  });
});
