import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions } from '../content/content-store.ts';
import type { ContentSnapshot } from '../content/content-snapshot.ts';
import { MemoryStore } from '../content/memory-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import type { TrustBasis } from '../content/verified-subject.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { readNodeState } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import {
  rollbackPlugins as applyRollback,
  type RollbackOutcome,
  type RolledBackPlugin,
} from '../install/rollback-plugins.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import { createVerifier, type TrustOptions } from './create-verifier.ts';
import { receiptMatches } from './receipt-matches.ts';
import { recordedTrust } from './recorded-trust.ts';

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
  const trusted = new Map<string, TrustBasis>();
  const outcome = await applyRollback(options.root, {
    ...(name === undefined ? {} : { name }),
    ...(signal === undefined ? {} : { signal }),
    ...(dryRun === undefined ? {} : { dryRun }),
    authorize: async (receipts, evidenceOf) => {
      const live = readNodeState(options.root).plugins;
      for (const receipt of receipts) {
        refuseLossOfSignature(receipt, live, options);
        trusted.set(receipt.name, await judge(receipt, evidenceOf(receipt), options));
      }
    },
  });
  const plugins = outcome.plugins.map((plugin) => {
    const trust = trusted.get(plugin.name);
    return trust === undefined ? plugin : { ...plugin, trust };
  });
  return { ...outcome, plugins };
}

async function judge(
  receipt: PluginReceipt,
  evidence: ContentSnapshot,
  options: RollbackOptions,
): Promise<TrustBasis> {
  const store = new MemoryStore(evidence);
  const { allowUnsigned, ...trust } = recordedTrust(receipt, options);
  const { repository, tag, digest } = receipt;
  const pinned = await pinReference(store, { repository, tag, digest });
  const verifier = createVerifier({ ...trust, expectedName: receipt.name }, allowUnsigned);
  const subject = await verifier.verify(pinned, store, options);
  if (receiptMatches(receipt, subject)) return subject.trust;
  throw new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the receipt of ${receipt.name} is not about what was signed as ${digest}`,
    { remedy: 'Somebody changed it. Install the version that you want again.' },
  );
}

function refuseLossOfSignature(
  receipt: PluginReceipt,
  live: readonly PluginReceipt[],
  { allowUnsigned }: RollbackOptions,
): void {
  const isSigned = live.some(({ name, trust }) => name === receipt.name && trust.kind === 'keys');
  if (receipt.trust.kind === 'keys' || !isSigned || allowUnsigned === true) return;
  throw new KongcrateError(
    'SIGNATURE_MISMATCH',
    `${receipt.name} is signed now, and ${receipt.version ?? receipt.digest} never was`,
    { remedy: 'Go back to it all the same with --allow-unsigned, or install a signed version.' },
  );
}
