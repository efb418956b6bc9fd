import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { publishPlugin, type PublishedPlugin } from '../../src/workflows/publish-plugin.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { count, report, startSoak } from '../support/soak.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { writeSource } from './plugin-source.ts';

const RACES = 200;
/** The second publisher starts so much later at most. */
const MAX_SKEW_MS = 25;

type Outcome = PromiseSettledResult<PublishedPlugin>;

/** A publisher who lost must have been told with a code. */
function codeOf({ reason }: PromiseRejectedResult): string {
  if (reason instanceof KongcrateError) return reason.code;
  throw reason;
}

describeWithPeers(['docker-registry'], 'two publishers of the same digest', () => {
  it.each([
    ['docker-registry', async () => (await startDockerRegistry()).host],
    ['a registry with referrers', async () => (await startTestRegistry({})).host],
  ])('both signatures stand, or the loser says so and mends it, on %s', async (name, start) => {
    const random = startSoak(`publish races on ${name}`);
    const host = await start();
    const source = writeSource('1.0.0');
    const keys = [await makeKey(), await makeKey()] as const;
    const told: string[] = [];
    let unnoticed = 0;
    for (let race = 0; race < RACES; race += 1) {
      const reference = `${host}/acme/race-${race}:1.0.0`;
      const publish = (key: PrivateKey): Promise<PublishedPlugin> =>
        publishPlugin(source, reference, { signer: createKeySigner(key) });
      const skewMs = random.below(MAX_SKEW_MS + 1);
      const outcomes: readonly Outcome[] = await Promise.allSettled([
        publish(keys[0]),
        setTimeout(skewMs).then(() => publish(keys[1])),
      ]);
      const losers = outcomes.flatMap((outcome, at) =>
        outcome.status === 'rejected' ? [{ code: codeOf(outcome), key: keys[at] ?? keys[0] }] : [],
      );
      for (const { code, key } of losers) {
        told.push(code);
        await publish(key);
      }
      if (!(await bothStand(reference, keys))) unnoticed += 1;
    }
    report(
      `${name}: ${count(RACES)} races, ${told.length} told (${told.join(' ') || 'nobody'}), ${unnoticed} lost unnoticed`,
    );
    expect(unnoticed).toBe(0);
  });
});

/** Whether each key signed in both formats. */
async function bothStand(reference: string, keys: readonly PrivateKey[]): Promise<boolean> {
  try {
    const publicKeys = keys.map(({ publicKey }) => publicKey);
    const { subject } = await verifyArtifact(reference, { keys: publicKeys, threshold: 2 });
    const { trust } = subject;
    return trust.kind === 'signed' && trust.signers.every(({ formats }) => formats.length === 2);
  } catch {
    return false;
  }
}
