import { expect, it } from 'vitest';
import { describeWithPeers } from '../../support/peers.ts';
import { tellFleetStory } from './fleet-story.ts';

describeWithPeers(['docker-registry'], 'a fleet of processes that follows one lock', () => {
  it('is where it should be after a bump, a broken bump and a roll-back', async () => {
    const { idleRounds } = await tellFleetStory(3);
    expect(idleRounds).toBeGreaterThanOrEqual(3 * 9);
  });
});
