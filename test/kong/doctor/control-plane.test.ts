/** KONG.md 1.6: whom a control plane gives no configuration. */
import { beforeAll, expect, it } from 'vitest';
import {
  checkControlPlane,
  type ControlPlaneCheck,
} from '../../../src/kong/doctor/check-control-plane.ts';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import { makeSend } from '../../http/make-send.ts';
import { describeWithPeers } from '../../support/peers.ts';
import { until } from '../../support/stand-in-kong/eventually.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { reloadKong } from '../../support/stand-in-kong/reload-kong.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import { serveAdmin } from '../use/serve-admin.ts';
import { examine } from './support.ts';

const send = makeSend();

it('counts no data plane that is gone, although Kong lists it for two weeks', async () => {
  const seconds = Math.trunc(Date.now() / 1000);
  const listed = (id: string, last_seen?: number): object => ({
    ...{ id, last_seen, hostname: id, sync_status: 'plugin_set_incompatible' },
  });
  const data = [listed('gone', seconds - 86_400), listed('here', seconds - 30), listed('unknown')];
  const { adminUrl } = await serveAdmin({ '/clustering/data-planes': { data, next: null } });
  const place = { prefix: '/nowhere', environment: {}, role: 'control-plane', adminUrl } as const;
  const { findings } = await checkControlPlane(readKongNode(place), new Map(), { send });
  expect(findings.map(({ evidence }) => evidence[0])).toEqual([
    expect.stringContaining(': here '),
    expect.stringContaining(': unknown '),
  ]);
});

describeWithPeers(['luajit'], 'the doctor in hybrid mode', () => {
  let control: KongNode;
  let data: KongNode;

  beforeAll(async () => {
    const [controlRoot, luaRoot] = [openDirectory(), openDirectory()];
    for (const root of [controlRoot, luaRoot]) writePlugin(root, 'canary');
    const plugins = ['canary'];
    control = await startKong({ role: 'control-plane', luaRoot: controlRoot, plugins });
    data = await startKong({ role: 'data-plane', luaRoot, plugins, controlPlane: control });
    await until(async () => (await data.ready()) === 200);
  });

  const check = (
    kong: KongNode,
    version: string,
    adminUrl?: string,
  ): Promise<ControlPlaneCheck> => {
    const { prefix, environment } = kong.parts;
    const place = { prefix, environment, ...(adminUrl && { adminUrl: new URL(adminUrl) }) };
    return checkControlPlane(readKongNode(place), new Map([['canary', version]]), { send });
  };
  const codes = ({ findings }: ControlPlaneCheck): readonly string[] =>
    findings.map(({ code }) => code);
  const isRefused = async (): Promise<boolean> => codes(await check(control, '')).length > 0;

  async function upgrade(kong: KongNode, version: string): Promise<void> {
    writePlugin(kong.parts.luaRoot, 'canary', { version });
    await reloadKong(kong);
  }

  it('says what it cannot know of a data plane without its control plane', async () => {
    expect(await check(data, '1.0.0')).toEqual({
      findings: [],
      unread: [expect.stringContaining('--admin-url')],
    });
    const { unread } = await check(data, '1.0.0', 'http://127.0.0.1:9');
    expect(unread).toEqual([expect.stringContaining('nobody answers at http://127.0.0.1:9')]);
  });

  it('finds a data plane that gets nothing, from both sides, until versions fit', async () => {
    expect(codes(await check(data, '1.0.0', control.adminUrl))).toEqual([]);
    await upgrade(data, '1.1.0');
    await until(isRefused);
    const { findings } = await check(control, '');
    expect(findings[0]?.cause).toContain('one of its plugins has a version that does not fit');
    expect(findings[0]?.evidence[0]).toMatch(
      /data-plane .*sync_status plugin_version_incompatible/,
    );
    const seen = await check(data, '1.1.0', control.adminUrl);
    expect(codes(seen)).toEqual(['data-plane-behind', 'version-does-not-fit']);
    expect(seen.findings[1]?.evidence).toEqual(['canary: 1.1.0 here, 1.0.0 on the control plane']);
    const { prefix, environment, kongConf, luaRoot } = control.parts;
    const logged = await examine({ prefix, environment, kongConf }, luaRoot);
    expect(logged.findings).toMatchObject([{ code: 'data-plane-behind', plugins: ['canary'] }]);
    await upgrade(control, '1.1.0');
    await until(async () => !(await isRefused()));
    expect(codes(await check(data, '1.1.0', control.adminUrl))).toEqual([]);
    expect((await examine({ prefix, environment, kongConf }, luaRoot)).codes).toEqual([]);
  });
});
