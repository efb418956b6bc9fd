import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { auth } from '../registry/credentials-support.ts';
import { writeSource } from '../registry/plugin-source.ts';
import { htpasswdAuth } from '../support/auth-registry.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { startNginx, type Nginx } from '../support/nginx.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const home = temporaryDirectory();
const at = (name: string): string => join(home, name);
const files = [writeSource('1.0.0'), writeSource('1.1.0')] as const;
const trust = ['--key', at('cosign.pub')];
const env = { HOME: home, COSIGN_PASSWORD: '' };
const inHome = (args: readonly string[], input = ''): Promise<string> =>
  kongcrate(args, { env, input });
const failing = (args: readonly string[]): Promise<RunResult> => runKongcrate(args, { env });

function write(name: string, text: string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

/** What a user has who reads `source` through `mirror`, in containers' own words. */
function mirrorBy(source: string, mirror: string, more = ''): void {
  const text = `[[registry]]\nlocation = "${source}"\n[[registry.mirror]]\nlocation = "${mirror}"\n`;
  write('.config/containers/registries.conf', `${text}${more}`);
}

beforeAll(async () => {
  await inHome(['generate-key-pair', '--output-key-prefix', at('cosign')]);
});

describeWithPeers(['docker-registry', 'htpasswd', 'nginx'], 'a pull-through cache', () => {
  const [BOB, CAROL] = [auth('bob', 'of the source'), auth('carol', 'of the mirror')];
  let upstreams: readonly DockerRegistry[] = [];
  let nginx: Nginx;
  let reference = '';
  const requests = (port: number): readonly Readonly<Record<string, string>>[] =>
    nginx.log().filter((entry) => entry['port'] === String(nginx.ports[port]));

  beforeAll(async () => {
    // Two registries on the same content: its caches ask the one that wants no login.
    const directory = temporaryDirectory();
    const login = await htpasswdAuth('bob', 'of the source');
    const [open, closed] = [
      await startDockerRegistry({ directory }),
      await startDockerRegistry({ directory, auth: login }),
    ];
    upstreams = [open, closed];
    const cache = await startDockerRegistry({
      auth: await htpasswdAuth('carol', 'of the mirror'),
      proxy: { remoteurl: `http://${open.host}` },
    });
    const server = (port: number, host: string): string => `server { listen 127.0.0.1:${port};
      location / { proxy_pass http://${host}; proxy_set_header Host $http_host; } }`;
    nginx = await startNginx({
      log: { port: '$server_port', path: '$uri', authorization: '$http_authorization' },
      servers: (source, mirror) => `${server(source, closed.host)} ${server(mirror, cache.host)}`,
    });
    const [source = '', mirror = ''] = nginx.ports.map((port) => `127.0.0.1:${port}`);
    write('.docker/config.json', JSON.stringify({ auths: { [source]: BOB, [mirror]: CAROL } }));
    reference = `${source}/acme/my-plugin`;
    mirrorBy(source, mirror);
    await inHome(['publish', files[0], `${reference}:1.0.0`, '--key', at('cosign.key')]);
  });

  it('is not written to', () => {
    expect(requests(1)).toEqual([]);
  });

  it('is all that verify and install ask, and makes no difference to them', async () => {
    const before = requests(0).length;
    expect(await inHome(['verify', `${reference}:1.0.0`, ...trust])).toMatch(/^trusted/);
    const lua = ['--lua-root', at('lua')];
    await inHome(['install', `${reference}:1.0.0`, ...trust, ...lua]);
    expect(await inHome(['status', ...lua])).toContain(`${reference}:1.0.0`);
    expect(requests(0).slice(before)).toEqual([]);
    await inHome(['publish', files[1], `${reference}:1.1.0`, '--key', at('cosign.key')]);
    await inHome(['install', `${reference}:1.1.0`, ...trust, ...lua]);
    const handler = join(at('lua'), 'kong/plugins/my-plugin/handler.lua');
    expect(readFileSync(handler, 'utf8')).toContain('1.1.0');
  });

  it('gets its own login and no other, and so does the source', () => {
    const [source, mirror] = [0, 1].map(
      (port) => new Set(requests(port).map(({ authorization }) => authorization)),
    );
    expect(source).toEqual(new Set(['', `Basic ${BOB.auth}`]));
    expect(mirror).toEqual(new Set(['', `Basic ${CAROL.auth}`]));
  });

  it('is enough when its source is away', async () => {
    await Promise.all(upstreams.map((one) => one.stop()));
    const text = await inHome(['verify', `${reference}:1.1.0`, ...trust]);
    expect(text).toMatch(/^trusted/);
  });
});

describeWithPeers(['docker-registry', 'nginx'], 'nginx as a cache that keeps too much', () => {
  it('does not hide a signature that was made later', async () => {
    const { host } = await startDockerRegistry();
    const nginx = await startNginx({
      log: { status: '$status', cache: '$upstream_cache_status' },
      servers: (port) => `proxy_cache_path cache keys_zone=all:1m;
        server { listen 127.0.0.1:${port}; location / { proxy_pass http://${host};
          proxy_cache all; proxy_cache_valid any 1h; proxy_ignore_headers Cache-Control Expires; } }`,
    });
    const reference = `${host}/acme/my-plugin:1.0.0`;
    mirrorBy(host, `127.0.0.1:${nginx.ports[0] ?? 0}`);
    await inHome(['push', files[0], reference]);
    expect(await failing(['verify', reference, ...trust])).toMatchObject({ status: 10 });
    await inHome(['sign', reference, '--key', at('cosign.key')]);
    expect(await inHome(['verify', reference, ...trust])).toMatch(/^trusted/);
    expect(nginx.log()).toContainEqual({ status: '404', cache: 'HIT' });
  });
});

describeWithPeers(['docker-registry', 'crane', 'oras'], 'a mirror filled by hand', () => {
  let source: DockerRegistry;
  let mirror: DockerRegistry;
  let reference = '';

  beforeAll(async () => {
    [source, mirror] = [await startDockerRegistry(), await startDockerRegistry()];
    reference = `${source.host}/acme/my-plugin:1.0.0`;
    mirrorBy(`${source.host}/acme`, `${mirror.host}/by-crane`, 'insecure = true\n');
    await inHome(['publish', files[0], reference, '--key', at('cosign.key')]);
    const plain = ['--from-plain-http', '--to-plain-http'];
    await runPeer('crane', ['copy', reference, `${mirror.host}/by-crane/my-plugin:1.0.0`]);
    await runPeer('oras', [
      'cp',
      '-r',
      ...plain,
      reference,
      `${mirror.host}/by-oras/my-plugin:1.0.0`,
    ]);
  });

  it('with crane: the signatures are the source’s', async () => {
    const { status, stdout, stderr } = await failing(['verify', reference, ...trust]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^trusted/)]);
    const file = at('.config/containers/registries.conf');
    expect(stderr).toContain(
      `my-plugin is read from ${mirror.host}/by-crane/my-plugin (${file}:1)`,
    );
    expect(stderr).toContain(`warning: ${file}:1 says insecure, which is not taken over`);
  });

  it('with oras cp -r: the mirror is enough, by kongcrate.yaml too', async () => {
    await source.stop();
    const once = ['--retries', '1'];
    const away = await failing(['verify', reference, ...trust, ...once]);
    expect([away.status, away.stdout]).toEqual([6, '']);
    expect(away.stderr).toContain('no mirror holds a signature');
    write(
      'k.yaml',
      `version: 1
trust: {rules: [{match: '${source.host}/acme/*', keys: [cosign.pub]}]}
mirrors: [{prefix: '${source.host}/acme', mirrors: [{location: '${mirror.host}/by-oras'}]}]\n`,
    );
    const config = ['--config', at('k.yaml')];
    expect(await inHome(['verify', reference, ...config])).toMatch(/^trusted/);
    const shown = await failing(['inspect', reference, ...config, ...once]);
    expect([shown.status, shown.stdout]).toEqual([6, '']);
    expect(shown.stderr).toContain(`before: ${mirror.host}/by-oras/my-plugin has no`);
  });

  it('what a file blocks, or nobody can read, ends with 2 and its line', async () => {
    const file = '.config/containers/registries.conf';
    write(file, `\n[[registry]]\nlocation = "${source.host}"\nblocked = true\n`);
    const commands = [
      ['verify', reference, ...trust],
      ['publish', files[0], reference, '--key', at('cosign.key')],
    ];
    for (const command of commands) {
      const { status, stderr } = await failing(command);
      expect([status, stderr]).toEqual([2, expect.stringContaining(`${at(file)}:2 blocks`)]);
    }
    write(file, '[[registry]\n');
    const { status, stderr } = await failing(['verify', reference, ...trust]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${at(file)}:1:`)]);
  });
});
