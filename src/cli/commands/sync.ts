import { Option, type Command } from 'commander';
import { placeReference } from '../../workflows/lock/place-reference.ts';
import { syncNode, type SyncOptions } from '../../workflows/sync/sync-node.ts';
import { setAction } from '../action.ts';
import {
  addNoActivateOption,
  addNodeActivationOptions,
  nodeActivationOf,
  type NodeActivationFlags,
} from '../activation-options.ts';
import type { Context } from '../context.ts';
import { addRegistryOptions, placeOf, type PlaceFlags } from '../place-options.ts';
import { demandConfiguration } from '../policy-options.ts';
import { explainSync, renderPlan, renderSync } from '../print-sync.ts';
import {
  addLayerOptions,
  addNodeOptions,
  addSignerOptions,
  limitsOf,
  rootOf,
  type LayerFlags,
  type NodeFlags,
  type SignerFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends SignerFlags, LayerFlags, PlaceFlags, NodeFlags, NodeActivationFlags {
  readonly activate: boolean;
  readonly check?: true;
  readonly dryRun?: true;
  readonly prune?: true;
  readonly assumeUnused?: true;
  readonly allowDowngrade?: true;
  readonly allowSignerChange?: true;
  readonly allowBundledName?: true;
  readonly adopt?: true;
}

export function configure(command: Command, context: Context): void {
  addDecisionOptions(command);
  addNoActivateOption(command);
  addNodeOptions(command);
  addSignerOptions(command);
  addRegistryOptions(command);
  addLayerOptions(command);
  addNodeActivationOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (_args, flags, call) => {
    const configuration = await demandConfiguration(flags);
    const { file, plugins } = configuration;
    const references = plugins.map(({ reference }) => placeReference(reference, file));
    const report = await syncNode({
      ...(await trustOf(flags, context)),
      ...(await placeOf(flags, call, references)),
      ...decisionsOf(flags),
      ...call.calls,
      configuration,
      root: rootOf(flags),
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      kong: nodeActivationOf(flags, call),
      activate: flags.activate,
      onPlan: (plan) => {
        for (const line of renderPlan(plan)) call.note(`plan: ${line}`);
      },
    });
    explainSync(report, call);
    const exit = flags.check && report.isDifferent ? { exitCode: 3 } : {};
    return { text: renderSync(report), json: report, ...exit };
  });
}

/** How far to go, and what is refused unless a flag says so. */
function addDecisionOptions(command: Command): void {
  command
    .addOption(new Option('--check', 'compare only; exit 3 on a difference').conflicts('dryRun'))
    .option('--dry-run', 'plan, verify and compare everything, change nothing')
    .option('--prune', 'take out what kongcrate installed and the lock does not have')
    .option('--assume-unused', 'ask nobody whether something still uses what goes')
    .option('--allow-downgrade', 'install a lower version than the installed one')
    .option('--allow-signer-change', "install what none of the installed version's signers signed")
    .option('--allow-bundled-name', "install a plugin called like one of Kong's own")
    .option('--adopt', 'take over what stands there and kongcrate did not make; keeps a backup');
}

function decisionsOf(flags: Flags): Partial<SyncOptions> {
  const { check, dryRun, prune, assumeUnused, adopt } = flags;
  const { allowDowngrade, allowSignerChange, allowBundledName } = flags;
  return {
    ...(check ? { check } : {}),
    ...(dryRun ? { dryRun } : {}),
    ...(prune ? { prune } : {}),
    ...(assumeUnused ? { assumeUnused } : {}),
    ...(allowDowngrade ? { allowDowngrade } : {}),
    ...(allowSignerChange ? { allowSignerChange } : {}),
    ...(allowBundledName ? { allowBundledName } : {}),
    ...(adopt ? { adopt } : {}),
  };
}

const EXAMPLES = `
Examples:
  $ kongcrate sync
  $ kongcrate sync -f kongcrate.yaml --check
  $ kongcrate sync -f kongcrate.yaml --prune

One switch and one reload for everything, or nothing. What is held or in quarantine stays as it is.`;
