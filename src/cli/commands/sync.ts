import { Option, type Command } from 'commander';
import { placeReference } from '../../workflows/lock/place-reference.ts';
import type { Configuration } from '../../workflows/configuration/configuration.ts';
import { syncFollowed } from '../../workflows/sync/sync-followed.ts';
import type { SyncOptions } from '../../workflows/sync/sync-node.ts';
import type { SyncPlan } from '../../workflows/sync/sync-plan.ts';
import { watchNode } from '../../workflows/watch/watch-node.ts';
import { setAction, type Call, type CommandResult } from '../action.ts';
import {
  addNoActivateOption,
  addNodeActivationOptions,
  nodeActivationOf,
  type NodeActivationFlags,
} from '../activation-options.ts';
import type { Context } from '../context.ts';
import {
  addLockSourceOptions,
  lockSourceOf,
  type LockSourceFlags,
} from '../lock-source-options.ts';
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
import {
  addWatchOptions,
  refuseStrayWatchFlags,
  watchOf,
  type WatchFlags,
} from '../watch-options.ts';

interface Flags
  extends
    SignerFlags,
    LayerFlags,
    PlaceFlags,
    NodeFlags,
    NodeActivationFlags,
    WatchFlags,
    LockSourceFlags {
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
  addLockSourceOptions(command);
  addWatchOptions(command);
  addNoActivateOption(command);
  addNodeOptions(command);
  addSignerOptions(command);
  addRegistryOptions(command);
  addLayerOptions(command);
  addNodeActivationOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (_args, flags, call) => {
    refuseStrayWatchFlags(flags);
    const configuration = await demandConfiguration(flags);
    const options = await syncOptionsOf(flags, call, configuration);
    return flags.watch ? watch(flags, call, options) : syncOnce(flags, call, options);
  });
}

async function syncOptionsOf(
  flags: Flags,
  call: Call,
  configuration: Configuration,
): Promise<SyncOptions> {
  const { file, plugins } = configuration;
  const placed = plugins.map(({ reference }) => placeReference(reference, file));
  const references = flags.lockRef === undefined ? placed : [flags.lockRef, ...placed];
  return {
    ...(await trustOf(flags, call.context)),
    ...(await placeOf(flags, call, references)),
    ...decisionsOf(flags),
    ...call.calls,
    configuration,
    root: rootOf(flags),
    limits: limitsOf(flags),
    ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
    kong: nodeActivationOf(flags, call),
    activate: flags.activate,
  };
}

async function syncOnce(flags: Flags, call: Call, options: SyncOptions): Promise<CommandResult> {
  const onPlan = (plan: SyncPlan): void => {
    for (const line of renderPlan(plan)) call.note(`plan: ${line}`);
  };
  const { report } = await syncFollowed(lockSourceOf(flags, options), { ...options, onPlan });
  explainSync(report, call);
  const exit = flags.check && report.isDifferent ? { exitCode: 3 } : {};
  return { text: renderSync(report), json: report, ...exit };
}

/** What it did is said as it does it: on stdout there is only how the node was left. */
async function watch(flags: Flags, call: Call, options: SyncOptions): Promise<CommandResult> {
  const { configuration } = options;
  // The configuration's own is read anew before each round.
  const policies = options.policies?.filter(({ file }) => file !== configuration.file) ?? [];
  const health = await watchNode({
    ...options,
    policies,
    ...watchOf(flags, call),
    configuration: () => demandConfiguration(flags),
    source: lockSourceOf(flags, { ...options, policies }),
  });
  return { text: `stopped: ${health.state}`, json: health };
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
  $ kongcrate sync --watch --interval 300 --health-file /run/kongcrate/health.json
  $ kongcrate sync --watch --lock-ref registry.example/acme/fleet:stable

One switch and one reload for everything, or nothing. What is held or in quarantine stays as it is.`;
