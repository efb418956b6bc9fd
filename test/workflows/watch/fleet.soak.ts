import { it } from 'vitest';
import { describeWithPeers } from '../../support/peers.ts';
import { count, report } from '../../support/soak.ts';
import { tellFleetStory } from './fleet-story.ts';

const NODES = 200;

describeWithPeers(['docker-registry'], '200 processes that follow one lock', () => {
  it('are where they should be after a bump, a broken bump and a roll-back', async () => {
    const { idleRounds, ...parts } = await tellFleetStory(NODES);
    report(`fleet: ${count(NODES)} nodes, ${count(idleRounds)} idle rounds`);
    for (const [part, requests] of Object.entries(parts)) {
      const each = Object.entries(requests).map(
        ([method, sent]) => `${method} ${(sent / NODES).toFixed(2)}`,
      );
      report(`fleet: ${part}: requests a node: ${each.join(', ')}`);
    }
  });
});
