import type { CallOptions } from '../content/content-store.ts';
import type { TrustBasis } from '../content/verified-subject.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { readNodeState } from '../install/read-node-state.ts';
import {
  rollbackPlugins as applyRollback,
  type RollbackOutcome,
  type RolledBackPlugin,
} from '../install/rollback-plugins.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import { createVerifier, refuseLoosening, type TrustOptions } from './create-verifier.ts';
import { judgeReceipt, recordedTrust, refuseLossOfSignature } from './receipt-trust.ts';

export interface RollbackOptions extends CallOptions, TrustOptions {
  readonly root: InstallRoot;
  /** One plugin; without it the whole previous generation. */
  readonly name?: string;
  /** Goes back to what nobody signed, from a version that somebody did. */
  readonly allowUnsigned?: boolean;
  readonly dryRun?: boolean;
}

export interface RollbackReport extends Omit<RollbackOutcome, 'plugins'> {
  readonly plugins: readonly (RolledBackPlugin & {
    /** Who vouches for what came back; absent where the plugin was taken out. */
    readonly trust?: TrustBasis;
  })[];
}

/**
 * Goes back: one plugin to its last different version, or all of them to the previous
 * generation. What comes back is verified again from its stored evidence.
 * @throws KongcrateError NOTHING_TO_ROLL_BACK, NOT_FOUND and USAGE (a root that is not there),
 *   SIGNATURE_MISMATCH, INSTALL_FAILED, NODE_BUSY
 */
export async function rollbackPlugins(options: RollbackOptions): Promise<RollbackReport> {
  const { name, signal, dryRun } = options;
  demandLuaRoot(options.root);
  refuseLoosening(options);
  const trusted = new Map<string, TrustBasis>();
  const outcome = await applyRollback(options.root, {
    ...(name === undefined ? {} : { name }),
    ...(signal === undefined ? {} : { signal }),
    ...(dryRun === undefined ? {} : { dryRun }),
    authorize: async (receipts, evidenceOf) => {
      const live = readNodeState(options.root).plugins;
      for (const receipt of receipts) {
        if (options.allowUnsigned !== true) refuseLossOfSignature(receipt, live);
        const recorded = recordedTrust(receipt, { ...options, expectedName: receipt.name });
        const verifier = createVerifier(recorded, recorded.allowUnsigned);
        const subject = await judgeReceipt(receipt, evidenceOf(receipt), { ...options, verifier });
        trusted.set(receipt.name, subject.trust);
      }
    },
  });
  const plugins = outcome.plugins.map((plugin) => {
    const trust = trusted.get(plugin.name);
    return trust === undefined ? plugin : { ...plugin, trust };
  });
  return { ...outcome, plugins };
}
