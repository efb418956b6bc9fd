import type { CallOptions } from '../content/content-store.ts';
import type { TrustBasis } from '../content/verified-subject.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { orderOf } from '../install/order-of.ts';
import { readNodeState } from '../install/read-node-state.ts';
import {
  rollbackPlugins as applyRollback,
  type RollbackOutcome,
  type RolledBackPlugin,
} from '../install/rollback-plugins.ts';
import { compareKongVersions } from '../plugin/kong-version.ts';
import { refuseLoosening } from '../signing/decision/whom-to-trust.ts';
import type { ActivationOptions, ActivationReport } from './activation/activation-options.ts';
import { bringAlong } from './activation/bring-along.ts';
import { demandEvidence } from './activation/demand-evidence.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import { authorizeReplacement } from './authorize-replacement.ts';
import { createVerifier, givenBy, type InstallTrust } from './create-verifier.ts';
import { judgeReceipt } from './judge-receipt.ts';
import { reportRestored } from './report-restored.ts';

export interface RollbackOptions extends CallOptions, InstallTrust {
  readonly root: InstallRoot;
  /** One plugin; without it the whole previous generation. */
  readonly name?: string;
  /** Goes back to what nobody signed, from a version that somebody did. */
  readonly allowUnsigned?: boolean;
  readonly dryRun?: boolean;
  /** The Kong that is to load what comes back, if it runs; without it no Kong is looked at. */
  readonly kong?: ActivationOptions;
  /** `false` leaves a running Kong alone. */
  readonly activate?: boolean;
}

export interface RollbackReport extends Omit<RollbackOutcome, 'plugins'> {
  readonly plugins: readonly (RolledBackPlugin & {
    /** Who vouches for what came back; absent where the plugin was taken out. */
    readonly trust?: TrustBasis;
  })[];
  /** What became of the Kong that is to load it; absent where none was looked at. */
  readonly activation?: ActivationReport;
}

/**
 * Goes back: one plugin to its last different version, or all of them to the previous
 * generation. What comes back is verified again from its stored evidence, and a running Kong loads
 * it, or stays with what it has.
 * @throws KongcrateError NOTHING_TO_ROLL_BACK, NOT_FOUND and USAGE (a root that is not there),
 *   SIGNATURE_MISMATCH, INSTALL_FAILED, NODE_BUSY; PLUGIN_REFUSED by Kong, ACTIVATION_FAILED (as
 *   before), NODE_NOT_SERVING, NOT_ACTIVATED
 */
export async function rollbackPlugins(options: RollbackOptions): Promise<RollbackReport> {
  const { root, name, kong, activate = true, signal, dryRun = false } = options;
  demandLuaRoot(root);
  refuseLoosening(givenBy(options));
  const onRestored = reportRestored(options);
  if (kong && !dryRun) await settleTransaction({ options: kong, root, signal, onRestored });
  const trusted = new Map<string, TrustBasis>();
  const call = {
    ...(name === undefined ? {} : { name }),
    ...(signal === undefined ? {} : { signal }),
    dryRun,
    authorize: authorizeBy(options, trusted),
  };
  const changing = dryRun ? undefined : kong;
  const companion = { root, activate, signal, enable: [], kong: changing, onRestored };
  const { outcome, activation } = await bringAlong(companion, (spared, hooks) =>
    applyRollback(spared, { ...call, ...(hooks && { hooks }) }),
  );
  if (activation) demandEvidence(activation);
  const plugins = outcome.plugins.map((plugin) => {
    const trust = trusted.get(plugin.name);
    return trust === undefined ? plugin : { ...plugin, trust };
  });
  return { ...outcome, plugins, ...(activation && { activation }) };
}

/** @param trusted gets who vouches for each plugin that comes back */
function authorizeBy(
  options: RollbackOptions,
  trusted: Map<string, TrustBasis>,
): Parameters<typeof applyRollback>[1]['authorize'] {
  const authorize = authorizeReplacement('rollback', options);
  return async (receipts, evidenceOf) => {
    const live = new Map(readNodeState(options.root).plugins.map((one) => [one.name, one]));
    for (const receipt of receipts) {
      const installed = live.get(receipt.name);
      const isLower = orderOf({ receipt, installed }, compareKongVersions) < 0;
      if (installed) authorize({ installed, offered: receipt, isLower });
      const trust = { ...options, expectedName: receipt.name };
      const verifier = createVerifier(trust, { way: 'rollback', ...receipt });
      const subject = await judgeReceipt(receipt, evidenceOf(receipt), { ...options, verifier });
      trusted.set(receipt.name, subject.trust);
    }
  };
}
