import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TrustOptions } from '../../src/workflows/create-verifier.ts';
import { installPlugins, type InstallReport } from '../../src/workflows/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { rollbackPlugins } from '../../src/workflows/rollback-plugins.ts';
import { verifyInstalled } from '../../src/workflows/verify-installed.ts';
import { hexOf } from '../../src/reference/digest.ts';
import { exactly } from '../../src/signing/text-demand.ts';
import { ISSUER, makeBundle, makeRoot, SUBJECT, type KeylessSpec } from '../signing/keyless.ts';
import { makeKey, pushBundle, signWith, statementFor } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish, type PublishSpec, type Published } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const trustedRoot = JSON.stringify(makeRoot());
let luaRoot = '';

beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
});

/** A plugin that a workflow signed. */
async function publishKeyless(
  spec: PublishSpec = {},
  changes: Partial<KeylessSpec> = {},
): Promise<Published> {
  const published = await publish({ name: 'one', ...spec });
  const statement = statementFor(hexOf(published.subject.descriptor.digest));
  await pushBundle(published, JSON.parse(makeBundle({ statement, ...changes }).toString()));
  return published;
}

function trusting(subject = SUBJECT): TrustOptions {
  const identity = exactly(subject, 'identity');
  const identities = [{ kind: 'identity', identity, issuer: exactly(ISSUER, 'issuer') }] as const;
  return { identities, trustedRoot };
}

const install = ({ reference }: Published, trust: TrustOptions): Promise<InstallReport> =>
  installPlugins([reference], { root: { luaRoot }, ...trust });

describe('a plugin signed by an identity', () => {
  it('is installed, and its receipt says by whom', async () => {
    await install(await publishKeyless(), trusting());
    const [plugin] = readStatus({ luaRoot }).plugins;
    expect(plugin?.trust).toEqual({
      kind: 'signed',
      signers: [
        {
          kind: 'certificate',
          issuer: ISSUER,
          subject: SUBJECT,
          workflow: {},
          log: 'verified',
          formats: ['bundle'],
        },
      ],
    });
  });

  it('is refused for another identity, and nothing is written', async () => {
    const published = await publishKeyless();
    await expectError(() => install(published, trusting(`${SUBJECT}x`)), 'CERTIFICATE_MISMATCH');
    expect(() => readStatus({ luaRoot })).toThrow();
  });

  it('is judged again by what the receipt recorded', async () => {
    const published = await publishKeyless();
    await install(published, trusting());
    const { digest } = published.subject.descriptor;
    const byDigest = { ...published, reference: `${published.reference}@${digest}` };
    const again = await install(byDigest, { trustedRoot });
    expect(again.plugins).toMatchObject([{ state: 'unchanged', trust: { signers: [{}] } }]);
    const root = { luaRoot };
    const { plugins } = await verifyInstalled([], { root, trustedRoot });
    expect(plugins).toMatchObject([{ keysFrom: 'receipt', trust: { kind: 'signed' } }]);
    const others = await verifyInstalled([], { root, ...trusting('x') });
    expect(others.plugins[0]?.error?.code).toBe('CERTIFICATE_MISMATCH');
    // Another root than at the install knows nothing of its authorities.
    const unknown = await verifyInstalled([], { root });
    expect(unknown.plugins[0]?.error?.code).toBe('SIGNATURE_MISMATCH');
  });

  it('without a log is judged again without one', async () => {
    const published = await publishKeyless({}, { proofs: ['stamp'] });
    await expectError(() => install(published, trusting()), 'SIGNATURE_MISMATCH');
    await install(published, { ...trusting(), log: 'waived' });
    const { plugins } = await verifyInstalled([], { root: { luaRoot }, trustedRoot });
    expect(plugins[0]?.error).toBeUndefined();
  });

  it('comes back by rollback', async () => {
    await install(await publishKeyless({ version: '1.0.0' }), trusting());
    await install(await publishKeyless({ version: '2.0.0' }), trusting());
    const { plugins } = await rollbackPlugins({ root: { luaRoot }, trustedRoot });
    expect(plugins).toMatchObject([
      { version: '1.0.0', trust: { signers: [{ kind: 'certificate', subject: SUBJECT }] } },
    ]);
  });

  it('is replaced by what a key signed only with consent', async () => {
    await install(await publishKeyless({ version: '1.0.0' }), trusting());
    const key = await makeKey();
    const next = await publish({ name: 'one', version: '2.0.0' });
    await signWith(key, next);
    const keys = [key.publicKey];
    const error = await expectError(() => install(next, { keys }), 'SIGNER_CHANGED');
    expect(error.message).toContain(SUBJECT);
    await install(next, { keys, expectedName: 'one' });
  });
});
