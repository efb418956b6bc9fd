import { afterAll, beforeAll, it } from 'vitest';
import { startDockerRegistry } from '../../support/docker-registry.ts';
import { describeWithPeers } from '../../support/peers.ts';
import { report } from '../../support/soak.ts';
import { startTestRegistry } from '../../support/test-registry.ts';
import { expectVerdict } from './judge-row.ts';
import { POLICY_ROWS } from './policy-rows.ts';
import { makeSignedPlugins, type SignedPlugins } from './signed-plugins.ts';

const REGISTRIES = {
  'docker-registry': () => startDockerRegistry(),
  'with referrers': () => startTestRegistry({ referrersApi: true }),
} as const;

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'every policy', () => {
  let verdicts = 0;
  for (const [name, start] of Object.entries(REGISTRIES))
    for (const identityBy of [2, 3] as const)
      for (const keyBy of [2, 3] as const) {
        const title = `${name}, the workflow's by cosign ${identityBy}, the key's by ${keyBy}`;
        let signed: SignedPlugins;
        beforeAll(async () => {
          signed = await makeSignedPlugins((await start()).host, { identityBy, keyBy });
        });
        it.each(POLICY_ROWS)(`${title}: $what`, async (row) => {
          await expectVerdict(signed, row);
          verdicts += 2;
        });
      }

  afterAll(() => {
    report(`policies: ${verdicts} verdicts of verify and install are as they should be`);
  });
});
