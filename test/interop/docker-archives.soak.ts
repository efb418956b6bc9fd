import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGINS = join(import.meta.dirname, '../../testdata/plugins');
const HANDLER = 'kong/plugins/hello-header/handler.lua';

describeWithPeers(
  ['buildah', 'crane', 'docker-registry', 'skopeo'],
  'tarballs of images that other programs wrote',
  () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    const layout = (name: string): string => `oci:${at('layout')}:${name}`;
    let host = '';

    beforeAll(async () => {
      ({ host } = await startDockerRegistry());
      for (const name of ['hello-header', 'request-stamp']) {
        await kongcrate(['push', join(PLUGINS, name), `oci-layout:${at('layout')}:${name}`]);
        const target = `docker://${host}/acme/${name}:1.2.0`;
        await runPeer('skopeo', ['copy', '--dest-tls-verify=false', layout(name), target]);
      }
    });

    const WRITERS = {
      // skopeo and buildah write the old form: a directory a layer, in it a link to the layer.
      'skopeo copy': (file: string) =>
        runPeer('skopeo', ['copy', layout('hello-header'), `docker-archive:${file}`]),
      'skopeo copy with a name': (file: string) =>
        runPeer('skopeo', ['copy', layout('hello-header'), `docker-archive:${file}:acme/h:1`]),
      'buildah push': async (file: string) => {
        const store = ['--storage-driver', 'vfs', '--root', at('root'), '--runroot', at('run')];
        const pull = ['pull', '-q', '--tls-verify=false', `${host}/acme/hello-header:1.2.0`];
        const id = await runPeer('buildah', [...store, ...pull]);
        await runPeer('buildah', [...store, 'push', id, `docker-archive:${file}:acme/h:1`]);
      },
      'crane pull': (file: string) =>
        runPeer('crane', ['pull', '--insecure', `${host}/acme/hello-header:1.2.0`, file]),
      'crane pull --format=legacy': (file: string) =>
        runPeer('crane', [
          ...['pull', '--insecure', '--format=legacy'],
          ...[`${host}/acme/hello-header:1.2.0`, file],
        ]),
    } as const;
    const names = Object.keys(WRITERS) as (keyof typeof WRITERS)[];

    it.each(names)('%s: unpack reads it, and inspect what gzip made of it', async (name) => {
      const file = at(`${name.replaceAll(/\W/g, '-')}.tar`);
      await WRITERS[name](file);
      await kongcrate(['unpack', file, '-C', `${file}.out`]);
      const unpacked = readFileSync(join(`${file}.out`, HANDLER));
      expect(unpacked).toEqual(readFileSync(join(PLUGINS, 'hello-header', HANDLER)));
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
      const inspected = JSON.parse(await kongcrate(['inspect', `${file}.gz`, '--json'])) as unknown;
      expect(inspected).toMatchObject({ kind: 'file', container: 'docker-archive' });
    });

    it('crane pull of two images: refused, and both are named', async () => {
      const images = ['hello-header', 'request-stamp'].map((name) => `${host}/acme/${name}:1.2.0`);
      await runPeer('crane', ['pull', '--insecure', ...images, at('two.tar')]);
      const { status, stdout, stderr } = await runKongcrate(['inspect', at('two.tar')]);
      expect(status).toBe(8);
      expect(stdout).toBe('');
      for (const image of images) expect(stderr).toContain(image);
    });
  },
);
