import { describe, expect, it } from 'vitest';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import type { KongRole } from '../../../src/kong/node/kong-node.ts';
import { checkControlPlaneVersions } from '../../../src/kong/use/check-control-plane-versions.ts';
import { makeSend } from '../../http/make-send.ts';
import { expectError } from '../../support/expect-error.ts';
import { serveAdmin } from './serve-admin.ts';

const send = makeSend();

function check(role: KongRole, version: string | undefined, adminUrl?: URL): Promise<unknown> {
  const place = { prefix: '/nowhere', kongConf: '/nowhere/kong.conf', environment: {}, role };
  const node = readKongNode({ ...place, ...(adminUrl && { adminUrl }) });
  return checkControlPlaneVersions(node, new Map([['canary', version]]), { send });
}

async function controlPlane(version: string): Promise<URL> {
  const plugins = { available_on_server: { canary: { version } } };
  return (await serveAdmin({ '/': { plugins, pids: { workers: [1] } } })).adminUrl;
}

describe('checkControlPlaneVersions', () => {
  it.each([
    ['1.3.0', '1.2.9'],
    ['2.0.0', '1.9.0'],
    ['1.9.0', '2.0.0'],
    ['1.10.0', '1.9.0'],
  ])('refuses %s on a data plane whose control plane has %s', async (version, upstream) => {
    const url = await controlPlane(upstream);
    const error = await expectError(() => check('data-plane', version, url), 'PLUGIN_REFUSED');
    expect(error.message).toContain(`has canary ${upstream}`);
    expect(error.remedy).toContain(`Install ${version} on the control plane first`);
    expect(error.details['reason']).toBe('CONTROL_PLANE_VERSION');
  });

  it.each([
    ['1.2.9', '1.2.0'],
    ['1.1.0', '1.2.0'],
    ['v9', '1.2.0'],
    [undefined, '1.2.0'],
  ])('takes %s where the control plane has %s, and says the order', async (version, upstream) => {
    const notes = await check('data-plane', version, await controlPlane(upstream));
    expect(notes).toEqual([expect.stringMatching(/^in this order: a new version on the control/)]);
  });

  it('takes a plugin that the control plane does not have yet', async () => {
    const plugins = { available_on_server: {} };
    const { adminUrl } = await serveAdmin({ '/': { plugins, pids: { workers: [] } } });
    expect(await check('data-plane', '1.0.0', adminUrl)).toHaveLength(1);
  });

  it('says that it did not compare', async () => {
    expect(await check('data-plane', '9.0.0')).toEqual([expect.stringContaining('--admin-url')]);
    const closed = await serveAdmin({ '/': 401 });
    expect(await check('data-plane', '9.0.0', closed.adminUrl)).toEqual([
      expect.stringContaining('wants credentials (401)'),
    ]);
  });

  it('compares nothing on other nodes', async () => {
    const url = await controlPlane('1.0.0');
    expect(await check('control-plane', '9.0.0', url)).toHaveLength(1);
    expect(await check('traditional', '9.0.0', url)).toEqual([]);
    expect(await check('dbless', '9.0.0', url)).toEqual([]);
  });
});
