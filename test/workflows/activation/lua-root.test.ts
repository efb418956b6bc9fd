import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { expectError } from '../../support/expect-error.ts';
import { describeWithPeers } from '../../support/peers.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { installerFor, settingsOf, withoutReload } from './support.ts';

describeWithPeers(['luajit'], 'a Lua root that Kong does not look into', () => {
  it('comes onto its path with the first plugin, for now and for the next start', async () => {
    const kong = await startKong();
    const root = { luaRoot: openDirectory() };
    const { install } = await installerFor(kong);
    const before = settingsOf(kong);
    const failing = { root, kong: withoutReload(kong) };
    await expectError(() => install('canary', { version: '1.0.0' }, failing), 'NODE_NOT_SERVING');
    expect(settingsOf(kong)).toEqual(before);
    const { activation } = await install('canary', { version: '1.0.1' }, { root });
    expect(activation).toMatchObject({ state: 'confirmed', enabled: ['canary'] });
    const path = `lua_package_path = ${root.luaRoot}/?.lua;${root.luaRoot}/?/init.lua;`;
    expect(kong.kongEnv()).toContain(path);
    expect(readFileSync(kong.parts.kongConf, 'utf8')).toContain(path);
  });
});
