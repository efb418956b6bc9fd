import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { auth, makeHome } from '../registry/credentials-support.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runOnTerminal } from '../support/pseudo-terminal.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Reply } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const TOKEN = 'an.access.token';
const BASIC = `Basic ${auth('alice', 's3cret').auth}`;
const LOGIN = ['--registry-username', 'alice', '--password-stdin'];
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const [key, trust] = [
  ['--key', at('cosign.key')],
  ['--key', at('cosign.pub')],
];

/** A registry that lets in who sends exactly this, and asks for it in this way. */
async function startGuarded(
  authorization: string,
  challenge: string,
): Promise<TestRegistry & { elsewhere?: URL }> {
  const registry: TestRegistry & { elsewhere?: URL } = await startTestRegistry({
    authorize: ({ method, headers, url }) => {
      if (headers.authorization !== authorization)
        return answerWith(401, { 'www-authenticate': challenge });
      const isDownload = method === 'GET' && url.pathname.includes('/blobs/');
      if (!isDownload || registry.elsewhere === undefined) return undefined;
      return answerWith(307, { location: new URL(url.pathname, registry.elsewhere).href });
    },
  });
  return registry;
}

function answerWith(status: number, headers: Readonly<Record<string, string>>): Reply {
  return { status, headers, body: Buffer.alloc(0) };
}

function call(args: readonly string[], input = '', home = at('home')): Promise<RunResult> {
  return runKongcrate(args, { env: { HOME: home, COSIGN_PASSWORD: '' }, input });
}

async function succeed(args: readonly string[], input = '', home?: string): Promise<void> {
  const { status, stderr } = await call(args, input, home);
  expect(status, `${args.join(' ')}\n${stderr}`).toBe(0);
}

beforeAll(async () => {
  await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
});

/** Every command that takes a reference. */
function commandsOn(reference: string): readonly (readonly string[])[] {
  return [
    ['push', PLUGIN, reference],
    ['sign', reference, ...key],
    ['publish', PLUGIN, reference, ...key],
    ['verify', reference, ...trust],
    ['pull', reference, ...trust, '-o', at(`${reference.replace(/\W/g, '-')}.tar`)],
    ['inspect', reference],
    ['install', reference, ...trust, '--lua-root', at('lua')],
  ];
}

describe('a login on the command line', () => {
  it('is used in place of the stored one by every command, and is stored nowhere', async () => {
    const registry = await startGuarded(BASIC, 'Basic realm="x"');
    const home = makeHome();
    const stored = { auths: { [registry.host]: auth('mallory', 'stored') } };
    home.write('.docker/config.json', stored);
    for (const command of commandsOn(`${registry.host}/acme/plugin:1.2.0`))
      await succeed([...command, ...LOGIN], 's3cret\n', home.home);
    const seen = new Set(registry.log.map(({ headers }) => headers.authorization));
    expect(seen).toEqual(new Set([undefined, BASIC]));
    const refused = await call(['inspect', `${registry.host}/acme/plugin:1.2.0`], '', home.home);
    expect(refused.status, 'without it the stored one counts').toBe(5);
  });

  it('may be an access token, which a token server never sees', async () => {
    const tokenServer = await startTestRegistry();
    const challenge = `Bearer realm="http://${tokenServer.host}/token",service="s"`;
    const registry = await startGuarded(`Bearer ${TOKEN}`, challenge);
    for (const command of commandsOn(`${registry.host}/acme/plugin:1.2.0`).slice(0, 2))
      await succeed([...command, '--registry-token', TOKEN]);
    expect(tokenServer.log).toEqual([]);
  });

  it('does not follow a download to another origin', async () => {
    const registry = await startGuarded(`Bearer ${TOKEN}`, 'Bearer realm="http://127.0.0.1:1/"');
    const storage = await startTestRegistry();
    const reference = `${registry.host}/acme/plugin:1.2.0`;
    const flags = ['--registry-token', TOKEN];
    await succeed(['publish', PLUGIN, reference, ...key, ...flags]);
    for (const [digest, bytes] of registry.repository('acme/plugin').blobs)
      storage.repository('acme/plugin').blobs.set(digest, bytes);
    registry.elsewhere = new URL(`http://localhost:${storage.host.split(':')[1] ?? ''}/`);
    await succeed(['pull', reference, ...trust, '-o', at('redirected.tar'), ...flags]);
    expect(storage.log.length).toBeGreaterThan(0);
    expect(storage.log.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  it('leaves standard input to one reader: the key has its password elsewhere', async () => {
    const args = ['generate-key-pair', '--output-key-prefix', at('locked')];
    await kongcrate(args, { env: { COSIGN_PASSWORD: 'x' } });
    const command = ['publish', PLUGIN, 'h.example/a/b:1.2.0', '--key', at('locked.key'), ...LOGIN];
    const { status, stderr } = await runKongcrate(command, { input: 's3cret' });
    expect(status).toBe(2);
    expect(stderr).toContain('COSIGN_PASSWORD');
  });
});

describe('what makes no sense is exit 2, before anything is sent', () => {
  const reference = '127.0.0.1:1/acme/plugin:1';
  const token = ['--registry-token', TOKEN];

  it.each([
    ['a token and a user', ['inspect', reference, ...token, ...LOGIN], 'a registry token and'],
    ['a user alone', ['inspect', reference, '--registry-username', 'a'], '--password-stdin'],
    ['a password alone', ['inspect', reference, '--password-stdin'], '--registry-username NAME'],
    ['a colon', ['inspect', reference, '--registry-username', 'a:b', '--password-stdin'], 'colon'],
    ['no token', ['inspect', reference, '--registry-token', 'a b'], 'is no token'],
    ['a layout', ['inspect', `oci-layout:${directory}`, ...token], 'names no registry'],
    ['a file', ['inspect', at('cosign.pub'), ...token], 'names no registry'],
    [
      'two registries',
      ['install', 'a.example/a/b:1', 'b.example/a/b:1', ...trust, ...token],
      'one login for a.example and b.example',
    ],
  ])('%s', async (_what, args, words) => {
    const { status, stdout, stderr } = await call(args, 's3cret');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/s3cret|an\.access\.token/);
  });
});

describeWithPeers(['python3'], 'on a terminal', () => {
  it('the password is asked for and not shown', async () => {
    const registry = await startGuarded(BASIC, 'Basic realm="x"');
    const reference = `${registry.host}/acme/plugin:1.2.0`;
    await succeed(['push', PLUGIN, reference, ...LOGIN], 's3cret');
    const args = ['inspect', reference, '--registry-username', 'alice'];
    const answers = [['Password or access token', 's3cret\r']] as const;
    const done = await runOnTerminal(args, { answers, env: { HOME: at('home') } });
    expect(done.status, done.stdout).toBe(0);
    expect(done.stdout).not.toContain('s3cret');
    expect(existsSync(join(at('home'), '.docker'))).toBe(false);
  });
});
