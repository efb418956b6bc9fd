import type { Command } from 'commander';
import { rollbackPlugins, type RollbackReport } from '../../workflows/rollback-plugins.ts';
import { setAction, type Call } from '../action.ts';
import {
  addNoActivateOption,
  addNodeActivationOptions,
  nodeActivationOf,
  type NodeActivationFlags,
} from '../activation-options.ts';
import { explainActivation } from '../print-activation.ts';
import { renderTrust } from '../print-trust.ts';
import type { Context } from '../context.ts';
import {
  addNodeOptions,
  addSignerOptions,
  rootOf,
  type NodeFlags,
  type SignerFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends SignerFlags, NodeFlags, NodeActivationFlags {
  readonly activate: boolean;
  readonly allowUnsigned?: true;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('[name]', 'one plugin; without it the whole previous generation')
    .option('--allow-unsigned', 'go back from a signed version to an unsigned one')
    .option('--dry-run', 'verify and show, change nothing');
  addNoActivateOption(command);
  addNodeOptions(command);
  addNodeActivationOptions(command);
  addSignerOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([name], flags, call) => {
    const outcome = await rollbackPlugins({
      ...(await trustOf(flags, context)),
      root: rootOf(flags),
      kong: nodeActivationOf(flags, call),
      activate: flags.activate,
      ...(name === undefined ? {} : { name }),
      ...(flags.allowUnsigned ? { allowUnsigned: true } : {}),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...call.calls,
    });
    for (const { name: plugin, trust } of outcome.plugins) {
      if (trust?.kind === 'unsigned') call.warn(`${plugin}: NOT SIGNED: it was installed so`);
      else if (trust) call.note(`${plugin}: ${renderTrust(trust)}`);
    }
    if (outcome.notCleanedUp !== undefined) call.warn(outcome.notCleanedUp);
    explain(outcome, flags, call);
    return { text: render(outcome), json: outcome };
  });
}

function explain(outcome: RollbackReport, flags: Flags, call: Call): void {
  if (flags.dryRun) {
    call.note('dry run: nothing was changed');
    return;
  }
  const names = outcome.plugins.map(({ name }) => name).join(' ');
  call.note(`held, so that no install changes it back: kongcrate unhold ${names}`);
  const { activation } = outcome;
  if (activation) explainActivation(activation, call);
  if (!activation || activation.state === 'no-kong') call.note(nextStep(outcome));
}

/** Kong refuses to start while it lists a plugin that is not there. */
function nextStep({ plugins }: RollbackReport): string {
  const removed = plugins.filter(({ state }) => state === 'removed').map(({ name }) => name);
  if (removed.length === 0) return 'then: kong reload';
  return `first take ${removed.join(', ')} out of use and out of plugins = in kong.conf, then: kong reload`;
}

function render(outcome: RollbackReport): string {
  return outcome.plugins
    .map(({ name, state, version, digest }) =>
      state === 'removed' ? `removed ${name}` : `restored ${name} ${version ?? ''} ${digest ?? ''}`,
    )
    .join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate rollback                 everything as before the last change
  $ kongcrate rollback my-plugin

What comes back is verified again, by the keys recorded when it was installed, and is held from
then on: kongcrate unhold my-plugin.`;
