import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { encodeLayer } from '../support/encode-layer.ts';
import { renderHelm } from '../../src/export/render-helm.ts';
import { makeExported } from '../export/make-exported.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { listTree } from '../support/list-tree.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { pluginFiles } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/quota-notes');
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
let host: string;
let reference: string;
let installed: readonly string[];

const exportTo = (target: string, ...more: readonly string[]): Promise<string> =>
  kongcrate(['export', reference, '--to', target, '--key', at('cosign.pub'), ...more]);

/** A registry with a signed plugin, and the files that `install --copy` makes of it. */
async function prepare(): Promise<void> {
  ({ host } = await startDockerRegistry({ directory: at('content') }));
  reference = `${host}/acme/quota-notes:2.0.1`;
  await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
  await kongcrate(['publish', PLUGIN, reference, '--key', at('cosign.key')]);
  const copy = ['--copy', '--lua-root', at('installed'), '--key', at('cosign.pub')];
  await kongcrate(['install', reference, ...copy]);
  installed = listTree(at('installed'));
}

/** Buildah without a daemon, without privileges of its own, and with its images in one directory. */
const buildah = (...args: readonly string[]): Promise<string> => {
  const place = ['--root', at('images'), '--runroot', at('run'), '--storage-driver', 'vfs'];
  return runPeer('buildah', [...place, ...args], { cwd: directory });
};

/** As Kong's image is: a user of that name has the Lua tree. */
const BASE = `FROM scratch
COPY base /
COPY --chown=kong:kong lua /usr/local/share/lua/5.1
USER kong
`;

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

/** What every suite here works on, made once. */
let prepared: Promise<void> | undefined;
const prepareOnce = (): Promise<void> => (prepared ??= prepare());

describeWithPeers(['docker-registry', 'buildah', 'luajit'], 'export --to dockerfile', () => {
  beforeAll(prepareOnce);

  it('is built by buildah with the files of install --copy, which luajit loads', async () => {
    write('base/etc/passwd', 'kong:x:1234:1234::/:/bin/sh\n');
    write('base/etc/group', 'kong:x:1234:\n');
    write('lua/kong/init.lua', 'return {}\n');
    write('Base', BASE);
    const flags = ['--isolation', 'chroot', '--tls-verify=false'];
    await buildah('bud', ...flags, '-t', 'kong-base', '-f', 'Base', '.');
    write('Dockerfile', await exportTo('dockerfile', '--base', 'localhost/kong-base'));
    await buildah('bud', ...flags, '-t', 'kong-quota', '-f', 'Dockerfile', '.');
    const container = await buildah('from', 'localhost/kong-quota');
    const root = join(await buildah('mount', container), 'usr/local/share/lua/5.1');
    const built = listTree(root).filter((line) => !line.startsWith('kong/init.lua '));
    expect(built).toEqual(installed);
    const inspected = await buildah('inspect', '--type', 'image', 'localhost/kong-quota');
    const { OCIv1 } = JSON.parse(inspected) as {
      OCIv1: { config: { User: string; Env: readonly string[] } };
    };
    const { config } = OCIv1;
    expect(config.User).toBe('kong');
    expect(config.Env).toContain('KONG_PLUGINS=bundled,quota-notes');
    const handler = 'kong/plugins/quota-notes/handler.lua';
    const owner = (await run('stat', ['-c', '%u:%g %a', join(root, handler)])).stdout;
    expect(owner).toBe('1234:1234 644\n');
    const program = 'package.path = arg[1] .. "/?.lua"; print(type(require(arg[2])))';
    const loaded = await runPeer('luajit', ['-', root, 'kong.plugins.quota-notes.handler'], {
      input: program,
    });
    expect(loaded).toBe('table');
  });
});

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: kong }
spec:
  selector: { matchLabels: { app: kong } }
  template:
    metadata: { labels: { app: kong } }
    spec:
      initContainers: [{ name: before, image: busybox }]
      containers: [{ name: proxy, image: kong, env: [{ name: KONG_DATABASE, value: "off" }] }]
`;

interface Pod {
  readonly initContainers: readonly { name: string; command: string[] }[];
  readonly containers: readonly {
    name: string;
    env: { name: string }[];
    volumeMounts: { mountPath: string }[];
  }[];
  readonly volumes: readonly object[];
}

const podOf = (text: string): Pod =>
  (parse(text) as { spec: { template: { spec: Pod } } }).spec.template.spec;

/** kubectl merges a patch into a Deployment, without any cluster. */
async function patched(patch: string): Promise<string> {
  write('deployment.yaml', DEPLOYMENT);
  write('patch.yaml', patch);
  const files = ['-f', at('deployment.yaml'), '--patch-file', at('patch.yaml')];
  return runPeer('kubectl', ['patch', '--local', ...files, '-o', 'yaml']);
}

describeWithPeers(['docker-registry', 'kubectl', 'crane'], 'export for a cluster', () => {
  beforeAll(prepareOnce);

  it.each(['kubernetes', 'kubernetes-volume'])(
    '%s: kubectl merges it, and its types know every field',
    async (target) => {
      const deployment = await patched(await exportTo(target));
      const { containers, volumes } = podOf(deployment);
      expect(containers).toHaveLength(1);
      expect(containers[0]?.env.map(({ name }) => name).sort()).toEqual([
        ...['KONG_DATABASE', 'KONG_LUA_PACKAGE_PATH', 'KONG_PLUGINS'],
      ]);
      expect(volumes).toHaveLength(1);
      // Read into kubectl's types and written again: what they do not know would be gone.
      const set = ['set', 'env', '--local', '-f', '-', 'KONG_DATABASE=off', '-o', 'yaml'];
      const typed = podOf(await runPeer('kubectl', set, { input: deployment }));
      expect(typed).toMatchObject(podOf(deployment));
    },
  );

  /** Runs the command of a patch's first container here, with crane and tar as its image has them. */
  async function fetchInto(target: string, patch: string): Promise<number | null> {
    const added = podOf(await patched(patch)).initContainers.filter(
      ({ name }) => name !== 'before',
    );
    const [command = '', ...args] = added.flatMap((container) => container.command);
    mkdirSync(at(target));
    const env = { PATH: `${dirname(peer('crane'))}:${process.env['PATH'] ?? ''}` };
    const words = args.map((word) => (word === '/plugin' ? at(target) : word));
    return (await run(command, words, { env })).status;
  }

  it('kubernetes: the first container brings the files of install --copy', async () => {
    expect(await fetchInto('volume', await exportTo('kubernetes'))).toBe(0);
    expect(listTree(at('volume'))).toEqual(installed);
  });

  it('kubernetes: of a layer that was exchanged in the registry nothing is unpacked', async () => {
    const patch = await exportTo('kubernetes');
    const manifest = await runPeer('crane', ['manifest', reference]);
    const { layers } = JSON.parse(manifest) as { layers: { digest: string }[] };
    const hex = (layers[0]?.digest ?? '').slice('sha256:'.length);
    const blob = at(`content/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`);
    const { bytes } = await encodeLayer(pluginFiles('quota-notes', '6.6.6'));
    writeFileSync(blob, bytes);
    expect(await fetchInto('tampered', patch)).not.toBe(0);
    expect(listTree(at('tampered')).join()).not.toContain('handler.lua');
  });

  it('helm: kubectl reads every file back as it was', async () => {
    const texts = [
      '---\nkind: Secret\n',
      '\tif\n  x\n\n',
      ' \n',
      'a\r\nb',
      'yes',
      '0o7',
      'x\u0085\u2028\ufeffy\n',
      '\0\u001b[2K',
      '{{ .Values }}: "#" # \\\n',
    ];
    const data = Object.fromEntries(texts.map((text, index) => [`f${index}.lua`, text]));
    const [maps] = renderHelm(makeExported({}, { ...data, 'b.lua': Buffer.from([0xff]) }), {});
    const label = ['label', '--local', '-f', '-', 'read=back', '-o', 'json'];
    const read = JSON.parse(await runPeer('kubectl', label, { input: maps?.text ?? '' })) as object;
    expect(read).toMatchObject({ kind: 'ConfigMap', data, binaryData: { 'b.lua': '/w==' } });
  });
});
