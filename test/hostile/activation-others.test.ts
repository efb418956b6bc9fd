import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Send } from '../../src/http/transport.ts';
import { activateNode } from '../../src/workflows/activate-node.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { expectError } from '../support/expect-error.ts';
import { describeWithPeers } from '../support/peers.ts';
import { until } from '../support/stand-in-kong/eventually.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { startKong } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import {
  installerFor,
  kongOf,
  withCommand,
  type Installer,
} from '../workflows/activation/support.ts';

describeWithPeers(['luajit'], 'a node that is in the hands of others, too', () => {
  let kong: KongNode;
  let installer: Installer;
  beforeAll(async () => {
    // Workers and status are all that it has to show.
    kong = await startKong({ logTo: 'stderr', settings: { admin_listen: 'off' } });
    installer = await installerFor(kong);
    await installer.install('canary', { version: '1.0.0' });
  });
  const liveVersion = (): unknown =>
    readStatus({ luaRoot: kong.parts.luaRoot }).plugins[0]?.version;

  async function reloadByOthers(): Promise<void> {
    const before = kong.workerPids();
    await kong.kong(['reload', '-p', kong.prefix]);
    await until(() => {
      const now = kong.workerPids();
      return now.length > 0 && !now.some((pid) => before.includes(pid));
    });
  }

  it('does not serve the change by workers that began before the switch', async () => {
    const once = join(temporaryDirectory(), 'once');
    // The first reload comes to nothing, as where the master hangs in the new code.
    const options = withCommand(kong, 'reload', `[ -e ${once} ] || { touch ${once}; exit 0; }`);
    let isFirst = true;
    const send: Send = async (request) => {
      if (isFirst) await reloadByOthers();
      isFirst = false;
      return options.send(request);
    };
    const kongOptions = { ...options, send, timeoutMs: 500 };
    const failed = installer.install('canary', { version: '1.1.0' }, { kong: kongOptions });
    const error = await expectError(() => failed, 'ACTIVATION_FAILED');
    expect(error.message).toContain('the old worker processes still serve');
    expect(liveVersion()).toBe('1.0.0');
  });

  it('is not restarted where it runs in the foreground', async () => {
    const master = kong.masterPid();
    const options = kongOf(kong, { by: 'restart' });
    const restarting = activateNode({ root: { luaRoot: kong.parts.luaRoot }, kong: options });
    const error = await expectError(() => restarting, 'USAGE');
    expect(error.message).toContain('nginx_daemon = off');
    expect(kong.masterPid()).toBe(master);
  });

  it('keeps the plugins that they enabled', async () => {
    writePlugin(kong.parts.luaRoot, 'other');
    const enable = `KONG_PLUGINS=bundled,canary,other "$kong" reload -p ${kong.prefix}`;
    const options = withCommand(kong, 'config', enable);
    const busy = installer.install('canary', { version: '1.2.0' }, { kong: options });
    const error = await expectError(() => busy, 'NODE_BUSY');
    expect(error.message).toContain('other');
    expect(liveVersion()).toBe('1.0.0');
    await installer.install('canary', { version: '1.2.0' });
    expect(kong.kongEnv()).toMatch(/^plugins = bundled,canary,other$/m);
  });
});
