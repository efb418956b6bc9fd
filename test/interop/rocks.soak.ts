import { it } from 'vitest';
import { expectSameRocks } from '../support/expect-same-rocks.ts';
import { describeWithPeers } from '../support/peers.ts';
import { ROCK_SOURCES } from '../support/rock-sources.ts';

describeWithPeers(['luarocks'], 'rocks of every kind of source', () => {
  it.each(Object.keys(ROCK_SOURCES))('%s', expectSameRocks);
});
