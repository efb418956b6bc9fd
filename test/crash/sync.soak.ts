import { expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { expectClean } from './expect-clean.ts';
import { startSynced } from './killed-sync.ts';

describeWithPeers(['luajit'], 'a sync on a running node', () => {
  it('is finished by the next one, killed before whatever it does', async () => {
    const { client, kong, run, finish } = await startSynced();
    let kills = 0;
    for (let at = 0; ; at += 1) {
      const result = await run({ before: at });
      await finish();
      expect(client.failures, `killed before operation ${at}`).toEqual([]);
      if (result) break;
      kills += 1;
    }
    await client.stop();
    expectClean(kong.parts.luaRoot);
    report(`sync: ${count(kills)} kills, each finished by the next one`);
    expect(kills).toBeGreaterThan(80);
  }, 3_600_000);
});
