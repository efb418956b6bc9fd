import { expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { expectClean } from './expect-clean.ts';
import { startVictim, type VictimNode } from './killed-activation.ts';

describeWithPeers(['luajit'], 'an install on a running node', () => {
  it('is undone or finished by the next command, killed before whatever it does', async () => {
    let victim: VictimNode | undefined;
    const ends = { undone: 0, done: 0 };
    for (let at = 0; ; at += 1) {
      victim ??= await startVictim();
      const { client, kong, run, settle, reset } = victim;
      const result = await run({ before: at });
      if (result) {
        expect(result).toMatchObject({ code: 'done' });
        expect(result.operations.length).toBeLessThanOrEqual(at);
        expectClean(kong.parts.luaRoot);
        break;
      }
      const end = await settle();
      ends[end] += 1;
      expect(client.failures, `killed before operation ${at}`).toEqual([]);
      if (end === 'undone') {
        // Each run does the same things in the same order.
        reset();
        continue;
      }
      // From here on the change stands, and each kill needs a node that has not made it.
      await client.stop();
      await kong.stop();
      victim = undefined;
    }
    report(`activation: ${count(ends.undone)} kills undone, ${count(ends.done)} finished`);
    expect(ends.undone).toBeGreaterThan(50);
    expect(ends.done).toBeGreaterThan(0);
  }, 1_800_000);
});
