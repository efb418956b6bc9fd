import { messageOf } from '../errors/kongcrate-error.ts';
import { readEvidence } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import type { HookedActivation } from './activation/activation-hooks.ts';
import type { ActivationOptions } from './activation/activation-options.ts';
import { createVerifier, type TrustOptions } from './create-verifier.ts';
import { judgeReceipt } from './judge-receipt.ts';

interface RestoredNode extends Pick<TrustOptions, 'policies' | 'trustedRoot'> {
  readonly kong?: ActivationOptions;
}

/**
 * Makes what tells of the plugins that an automatic roll-back brought back and that a trust decision
 * would refuse today. What was live is live again in any case: it asks nobody, and this is for people.
 * The flags are about what failed, so they have no part in it.
 */
export function reportRestored({
  kong,
  policies = [],
  trustedRoot,
}: RestoredNode): NonNullable<HookedActivation['onRestored']> {
  const given = { policies, ...(trustedRoot === undefined ? {} : { trustedRoot }) };
  const judge = async (receipt: PluginReceipt, luaRoot: string): Promise<void> => {
    const trust = { ...given, expectedName: receipt.name };
    const verifier = createVerifier(trust, { way: 'rollback', ...receipt });
    await judgeReceipt(receipt, readEvidence({ luaRoot }, receipt), { verifier });
  };
  return async (restored, luaRoot) => {
    for (const receipt of restored) {
      const { name, version, digest } = receipt;
      try {
        await judge(receipt, luaRoot);
      } catch (error) {
        // Whatever is wrong with it must not stand in the way of what is told of the node itself.
        kong?.onNote?.(
          `${name} ${version ?? digest} is live again, and would be refused now: ${messageOf(error)}`,
        );
      }
    }
  };
}
