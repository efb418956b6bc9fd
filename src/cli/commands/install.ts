import { Option, type Command } from 'commander';
import { installPlugins, type InstallOptions } from '../../workflows/install-plugins.ts';
import { addPlaceOptions, placeOf, SOURCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { setAction } from '../action.ts';
import {
  addNoActivateOption,
  addNodeActivationOptions,
  nodeActivationOf,
  type NodeActivationFlags,
} from '../activation-options.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { explainInstall, renderInstall } from '../print-install.ts';
import {
  addLayerOptions,
  addNodeOptions,
  addTrustOptions,
  limitsOf,
  rootOf,
  type LayerFlags,
  type NodeFlags,
  type TrustFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends TrustFlags, LayerFlags, PlaceFlags, NodeFlags, NodeActivationFlags {
  readonly activate: boolean;
  readonly allowUnsigned?: true;
  readonly allowDowngrade?: true;
  readonly allowSignerChange?: true;
  readonly bundle?: string;
  readonly allowBundledName?: true;
  readonly adopt?: true;
  readonly unhold?: true;
  readonly retry?: true;
  readonly stage?: true;
  readonly copy?: true;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref...>', `what to install: ${SOURCE_FORMS}; or one file, or its URL`)
    .option('--bundle <file>', 'what vouches for the file, or its URL; needs --plugin')
    .option('--dry-run', 'verify and compare everything, change nothing');
  addDecisionOptions(command);
  addNoActivateOption(command);
  addNodeOptions(command);
  addTrustOptions(command);
  addPlaceOptions(command);
  addLayerOptions(command);
  addNodeActivationOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (references, flags, call) => {
    noteRepository(flags.as, call);
    const report = await installPlugins(references, {
      ...(await trustOf(flags, context)),
      root: rootOf(flags),
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      ...(await placeOf(flags, call, references)),
      ...decisionsOf(flags),
      ...(flags.bundle === undefined ? {} : { bundle: flags.bundle }),
      kong: nodeActivationOf(flags, call),
      activate: flags.activate,
      ...call.calls,
    });
    explainInstall(report, flags, call);
    return { text: renderInstall(report), json: report };
  });
}

/** What is refused unless a flag says so, and how far to go. */
function addDecisionOptions(command: Command): void {
  command
    .option('--allow-unsigned', 'install what nobody signed; never over a signed plugin')
    .option('--allow-downgrade', 'install a lower version than the installed one')
    .option('--allow-signer-change', "install what none of the installed version's signers signed")
    .option('--allow-bundled-name', "install a plugin called like one of Kong's own")
    .option('--adopt', 'take over what stands there and kongcrate did not make; keeps a backup')
    .option('--unhold', 'change held plugins too, and end the hold')
    .option('--retry', 'install what failed here before')
    .addOption(
      new Option('--stage', 'verify and store for a later install, switch nothing').conflicts([
        'adopt',
        'unhold',
        'retry',
      ]),
    )
    .addOption(
      new Option('--copy', 'write plain directories, for an image: no links, no history').conflicts(
        ['adopt', 'unhold', 'retry', 'stage', 'keep', 'allowDowngrade', 'allowSignerChange'],
      ),
    );
}

/** What the flags say about things that are otherwise refused, and about how far to go. */
function decisionsOf(flags: Flags): Partial<InstallOptions> {
  const { allowUnsigned, allowDowngrade, allowSignerChange, allowBundledName } = flags;
  const { adopt, unhold, retry, dryRun } = flags;
  return {
    ...(allowUnsigned ? { allowUnsigned } : {}),
    ...(allowDowngrade ? { allowDowngrade } : {}),
    ...(allowSignerChange ? { allowSignerChange } : {}),
    ...(allowBundledName ? { allowBundledName } : {}),
    ...(adopt ? { adopt } : {}),
    ...(unhold ? { unhold } : {}),
    ...(retry ? { retry } : {}),
    ...(dryRun ? { dryRun } : {}),
    ...(flags.stage ? { mode: 'stage' } : {}),
    ...(flags.copy ? { mode: 'copy' } : {}),
  };
}

const EXAMPLES = `
Examples:
  $ kongcrate install registry.example/acme/my-plugin:1.2.0 --key cosign.pub
  $ kongcrate install oci-layout:./a oci-layout:./b --key cosign.pub --lua-root /opt/lua
  $ kongcrate install oci-layout:./dist:1.2.0 --key cosign.pub --copy --lua-root ./image/lua
  $ kongcrate install my-plugin-1.2.0.tar.gz --bundle my-plugin.sigstore.json --plugin my-plugin --key cosign.pub
  $ kongcrate install https://files.example/my-plugin-1.2.0-1.all.rock --plugin my-plugin --allow-unsigned

All of them or none: one switch makes every plugin live at once. Where Kong runs under the
prefix it loads them first in a test, then after the switch; what it does not serve is taken back.`;
