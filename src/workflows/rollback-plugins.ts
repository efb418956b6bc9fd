import type { CallOptions } from '../content/content-store.ts';
import type { ContentSnapshot } from '../content/content-snapshot.ts';
import { MemoryStore } from '../content/memory-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import type { InstallRoot } from '../install/install-root.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import {
  rollbackPlugins as applyRollback,
  type RollbackOutcome,
} from '../install/rollback-plugins.ts';
import { recordedTrust } from './recorded-trust.ts';
import { createVerifier, type TrustOptions } from './verify-artifact.ts';

export type { RollbackOutcome };

export interface RollbackOptions extends CallOptions, TrustOptions {
  readonly root: InstallRoot;
  /** One plugin; without it the whole previous generation. */
  readonly name?: string;
  readonly dryRun?: boolean;
}

/**
 * Goes back: one plugin to its last different version, or all of them to the previous
 * generation. What comes back is verified again from its stored evidence.
 * @throws KongcrateError NOTHING_TO_ROLL_BACK, SIGNATURE_MISMATCH, INSTALL_FAILED, NODE_BUSY
 */
export async function rollbackPlugins(options: RollbackOptions): Promise<RollbackOutcome> {
  const { name, signal, dryRun } = options;
  return applyRollback(options.root, {
    ...(name === undefined ? {} : { name }),
    ...(signal === undefined ? {} : { signal }),
    ...(dryRun === undefined ? {} : { dryRun }),
    authorize: async (receipts, evidenceOf) => {
      for (const receipt of receipts) await judge(receipt, evidenceOf(receipt), options);
    },
  });
}

async function judge(
  receipt: PluginReceipt,
  evidence: ContentSnapshot,
  options: RollbackOptions,
): Promise<void> {
  const store = new MemoryStore(evidence);
  const { allowUnsigned, ...trust } = recordedTrust(receipt, options);
  const { repository, tag, digest } = receipt;
  const pinned = await pinReference(store, { repository, tag, digest });
  const verifier = createVerifier({ ...trust, expectedName: receipt.name }, allowUnsigned);
  await verifier.verify(pinned, store, options);
}
