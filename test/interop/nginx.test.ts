import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { auth } from '../registry/credentials-support.ts';
import { htpasswdAuth, startAuthRegistry } from '../support/auth-registry.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { startNginx, type Nginx } from '../support/nginx.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const HANDLER = 'kong/plugins/hello-header/handler.lua';
const [USER, PASSWORD] = ['bob', 'secret-word'];

/**
 * What stands before many registries: the first server passes everything on but downloads of
 * blobs, which it sends to the second one under another name and port, with a signed query. It also
 * makes every Location relative, as a proxy may.
 */
function servers(upstream: string) {
  const authorization = `Basic ${auth(USER, PASSWORD).auth}`;
  return (front: number, storage: number): string => `
  server {
    listen 127.0.0.1:${front};
    proxy_set_header Host $http_host;
    proxy_redirect http://$http_host/ /;
    absolute_redirect off;
    location / { proxy_pass http://${upstream}; }
    location ~ ^/v2/.+/blobs/sha256: {
      if ($request_method = GET) {
        return 307 http://localhost:${storage}$uri?X-Amz-Signature=0123456789abcdef;
      }
      proxy_pass http://${upstream};
    }
  }
  server {
    listen 127.0.0.1:${storage};
    location / {
      if ($arg_X-Amz-Signature = "") { return 403; }
      proxy_set_header Authorization "${authorization}";
      proxy_pass http://${upstream}$uri;
    }
  }`;
}

const LOG = {
  port: '$server_port',
  method: '$request_method',
  path: '$uri',
  query: '$args',
  status: '$status',
  authorization: '$http_authorization',
  cookie: '$http_cookie',
  location: '$sent_http_location',
};

describeWithPeers(
  ['docker-registry', 'htpasswd', 'nginx'],
  'nginx before a registry, which sends downloads to another origin',
  () => {
    const home = temporaryDirectory();
    const at = (name: string): string => join(home, name);
    const trust = ['--key', at('cosign.pub')];
    const inHome = (args: readonly string[], input = ''): Promise<string> =>
      kongcrate(args, { env: { HOME: home }, input });
    let nginx: Nginx;
    let reference = '';

    beforeAll(async () => {
      const upstream = await startAuthRegistry(await htpasswdAuth(USER, PASSWORD));
      nginx = await startNginx({ log: LOG, servers: servers(upstream) });
      const host = `127.0.0.1:${nginx.ports[0] ?? 0}`;
      reference = `${host}/acme/hello-header:1.2.0`;
      await inHome(['login', host, '-u', USER, '--password-stdin'], PASSWORD);
      await inHome(['generate-key-pair', '--output-key-prefix', at('cosign')]);
      await inHome(['publish', PLUGIN, reference, '--key', at('cosign.key')]);
    });

    it('publish, verify, pull and install work', async () => {
      expect(await inHome(['verify', reference, ...trust])).toMatch(/^trusted/);
      await inHome(['pull', reference, ...trust, '-o', at('pulled.tar')]);
      await inHome(['install', reference, ...trust, '--lua-root', at('lua')]);
      expect(readFileSync(join(at('lua'), HANDLER))).toEqual(readFileSync(join(PLUGIN, HANDLER)));
    });

    it('uploads followed a relative Location', () => {
      const begun = nginx.log().filter(({ method }) => method === 'POST');
      expect(begun.length).toBeGreaterThan(0);
      for (const { location } of begun) expect(location).toMatch(/^\/v2\/acme\/hello-header\//);
    });

    it('no login went to the other origin, and every download did', () => {
      const [front, storage] = nginx.ports.map(String);
      const downloads = nginx.log().filter(({ port }) => port === storage);
      expect(downloads.length).toBeGreaterThan(3);
      for (const entry of downloads)
        expect(entry).toMatchObject({
          method: 'GET',
          status: '200',
          authorization: '',
          cookie: '',
        });
      const sentOn = nginx.log().filter(({ port, status }) => port === front && status === '307');
      expect(sentOn.map(({ path }) => path).sort()).toEqual(
        downloads.map(({ path }) => path).sort(),
      );
      const authorized = nginx.log().filter(({ authorization }) => authorization !== '');
      expect(new Set(authorized.map(({ port }) => port))).toEqual(new Set([front]));
    });
  },
);
