/** KONG.md 1.8: what workers see while links and directories change below them. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../support/run.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { reloadKong } from '../support/stand-in-kong/reload-kong.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin, type PluginKind } from '../support/stand-in-kong/write-plugin.ts';

function pointTo(root: string, generation: string): void {
  symlinkSync(generation, join(root, 'next'));
  renameSync(join(root, 'next'), join(root, 'current'));
}

/** A root with `current -> one` and, beside it, `two` with a newer version of each plugin. */
function makeGenerations(names: readonly string[], kind: PluginKind = 'good'): string {
  const root = openDirectory();
  for (const name of names) {
    writePlugin(join(root, 'one'), name, { version: '1.0.0', kind });
    writePlugin(join(root, 'two'), name, { version: '2.0.0', kind });
  }
  pointTo(root, 'one');
  return root;
}

const startOn = (root: string, plugins: readonly string[]): Promise<KongNode> =>
  startKong({ luaRoot: join(root, 'current'), plugins });

describeWithPeers(['luajit'], 'the stand-in while files change below it', () => {
  it('an old worker after the switch and before the reload: what is loaded is old, what is required lazily new', async () => {
    const root = makeGenerations(['canary'], 'lazy-require');
    const node = await startOn(root, ['canary']);
    pointTo(root, 'two');
    const { headers } = await node.request();
    expect(headers).toMatchObject({ 'x-canary-version': '1.0.0', 'x-canary-detail': '2.0.0' });
  });

  it('handler and schema opened one after the other: a switch between them gives a mixed pair', async () => {
    const root = makeGenerations(['canary']);
    writePlugin(join(root, 'two'), 'canary', { version: '2.0.0', kind: 'required-field' });
    const handler = join(root, 'one', 'kong/plugins/canary/handler.lua');
    const flip = `os.execute("ln -sfn two ${root}/next && mv -T ${root}/next ${root}/current")\n`;
    const node = await startOn(root, ['canary']);
    writeFileSync(handler, flip + readFileSync(handler, 'utf8'));
    await reloadKong(node);
    expect((await node.request()).headers['x-canary-version']).toBe('1.0.0');
    expect((await node.admin('/schemas/plugins/canary')).body).toContain('"token"');
  });

  it('one flip of a link and a reload: all plugins switch at once', async () => {
    const root = makeGenerations(['canary', 'finch']);
    const node = await startOn(root, ['canary', 'finch']);
    const versions = async (): Promise<unknown> => {
      const { headers } = await node.request();
      return [headers['x-canary-version'], headers['x-finch-version']];
    };
    expect(await versions()).toEqual(['1.0.0', '1.0.0']);
    pointTo(root, 'two');
    expect(await versions()).toEqual(['1.0.0', '1.0.0']);
    await reloadKong(node);
    expect(await versions()).toEqual(['2.0.0', '2.0.0']);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'a store directory of mode 0700: the plugin loads, the first lazy require as nobody gives 500',
    async () => {
      const root = makeGenerations(['canary'], 'lazy-require');
      chmodSync(join(root, 'one'), 0o700);
      const node = await startOn(root, ['canary']);
      expect((await node.admin('/')).body).toContain('"canary":{"version":"1.0.0"');
      expect(await node.ready()).toBe(200);
      expect((await node.request()).status).toBe(500);
      expect(node.errorLog()).toContain("module 'kong.plugins.canary.detail' not found");
    },
  );

  /** Mounts `lower` below a writable layer, which takes root and a kernel that has overlays. */
  async function mountOverlay(base: string): Promise<string | undefined> {
    const at = (name: string): string => join(base, name);
    for (const name of ['upper', 'work', 'merged']) mkdirSync(at(name));
    const layers = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
    const args = ['-t', 'overlay', 'overlay', '-o', layers, at('merged')];
    return (await run('mount', args)).status === 0 ? at('merged') : undefined;
  }

  it('overlayfs: a directory of the lower layer cannot be renamed, a link over it can be flipped', async (context) => {
    const base = openDirectory();
    mkdirSync(join(base, 'lower'));
    const lower = makeGenerations(['canary']);
    renameSync(lower, join(base, 'lower', 'root'));
    mkdirSync(lower);
    const merged = await mountOverlay(base);
    if (merged === undefined) return context.skip('no overlay can be mounted here');
    try {
      const root = join(merged, 'root');
      expect(() => {
        renameSync(join(root, 'one'), join(root, 'old'));
      }).toThrow('EXDEV');
      const node = await startOn(root, ['canary']);
      pointTo(root, 'two');
      await reloadKong(node);
      expect((await node.request()).headers['x-canary-version']).toBe('2.0.0');
      await node.stop();
      expect(existsSync(join(root, 'one'))).toBe(true);
    } finally {
      expect((await run('umount', [merged])).status).toBe(0);
    }
  });
});
