import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeWithPeers } from '../../support/peers.ts';
import { runKongcrate } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startTestRegistry } from '../../support/test-registry.ts';
import { expectVerdict, install, writePolicy } from './judge-row.ts';
import { POLICY_ROWS } from './policy-rows.ts';
import { ISSUER, makeSignedPlugins, SUBJECT, type SignedPlugins } from './signed-plugins.ts';

describeWithPeers(['cosign2', 'cosign3'], 'a policy over what cosign 2 and 3 signed', () => {
  let signed: SignedPlugins;
  beforeAll(async () => {
    const { host } = await startTestRegistry({ referrersApi: true });
    signed = await makeSignedPlugins(host, { identityBy: 3, keyBy: 2 });
  });

  it.each(POLICY_ROWS.filter(({ isAlways }) => isAlways))('$what', async (row) => {
    await expectVerdict(signed, row, ['verify']);
  });

  it('binds an install, the change of a signer, and a rollback', async () => {
    const luaRoot = join(temporaryDirectory(), 'lua');
    const rule = `keys: [cosign.pub]\nidentities: [{ issuer: "${ISSUER}", subject: "${SUBJECT}" }]`;
    const { now, old } = signed;
    const byKey = `identities: [{ subject: "${SUBJECT}" }]`;
    const byWorkflow = 'keys: [cosign.pub]';
    const flags = (plugin: typeof now, revoked: string): string[] => [
      ...['--policy', writePolicy(signed, plugin, { rule, revoked })],
      ...['--lua-root', luaRoot],
    ];
    const receipt = (): string =>
      readFileSync(join(luaRoot, '.kongcrate/current/receipt.json'), 'utf8');

    const refused = await install(now, flags(now, `digests: ["${now.digest}"]`));
    expect(refused.status, refused.stderr).toBe(12);
    const first = await install(now, flags(now, byKey));
    expect(first.status, first.stderr).toBe(0);
    expect(receipt()).not.toContain(SUBJECT);
    // Both signers may sign by the rule, and yet one does not simply follow the other.
    const changed = await install(old, flags(old, byWorkflow));
    expect(changed.status, changed.stderr).toBe(18);
    expect(changed.stderr).toContain('--allow-signer-change');
    const consented = await install(old, [...flags(old, byWorkflow), '--allow-signer-change']);
    expect(consented.status, consented.stderr).toBe(0);
    expect(receipt()).toContain(SUBJECT);

    const back = (revoked: string): ReturnType<typeof runKongcrate> =>
      runKongcrate(['rollback', '--no-activate', ...flags(now, revoked)]);
    expect((await back(byWorkflow)).status).toBe(12);
    const { status, stderr } = await back(byKey);
    expect(status, stderr).toBe(0);
    expect(receipt()).toContain(now.digest);
  });
});
