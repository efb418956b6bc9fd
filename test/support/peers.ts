import { describe, expect, it } from 'vitest';
import { findPeer, type PeerName } from './peer-programs.ts';

export { peer, type PeerName } from './peer-programs.ts';

/**
 * A suite that needs real programs. Where one is missing the suite is skipped loudly; with CI set
 * it fails, so that no comparison is lost unnoticed.
 */
export function describeWithPeers(
  names: readonly PeerName[],
  title: string,
  body: () => void,
): void {
  const missing = names.filter((name) => findPeer(name) === undefined);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const problem = `needs ${missing.join(', ')}: run node scripts/set-up-peers.js`;
  if (process.env['CI']) {
    describe(title, () => {
      it(problem, () => expect.unreachable(problem));
    });
    return;
  }
  process.stderr.write(`SKIPPED ${title}: ${problem}\n`);
  describe.skip(title, () => {
    it(problem, () => undefined);
  });
}
