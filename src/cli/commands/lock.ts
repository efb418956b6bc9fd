import type { Command } from 'commander';
import { lockPlugins } from '../../workflows/lock/lock-plugins.ts';
import { placeReference } from '../../workflows/lock/place-reference.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addRegistryOptions, placeOf, type PlaceFlags } from '../place-options.ts';
import { demandConfiguration } from '../policy-options.ts';
import { renderLock } from '../print-lock.ts';
import {
  addLayerOptions,
  addSignerOptions,
  limitsOf,
  type LayerFlags,
  type SignerFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends SignerFlags, LayerFlags, PlaceFlags {
  readonly check?: true;
  readonly allowDowngrade?: true;
  readonly allowSignerChange?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('[name...]', 'plugins to resolve anew; every one when none is named')
    .option('--check', 'write nothing; exit 3 when the lock would change')
    .option('--allow-downgrade', 'lock a lower version than before')
    .option('--allow-signer-change', 'lock what none of the signers so far signed');
  addSignerOptions(command);
  addRegistryOptions(command);
  addLayerOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (names, flags, call) => {
    const configuration = await demandConfiguration(flags);
    const { file, plugins } = configuration;
    const references = plugins.map(({ reference }) => placeReference(reference, file));
    const report = await lockPlugins(names, {
      ...(await trustOf(flags, context)),
      ...(await placeOf(flags, call, references)),
      ...call.calls,
      configuration,
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      ...(flags.allowDowngrade ? { allowDowngrade: true } : {}),
      ...(flags.allowSignerChange ? { allowSignerChange: true } : {}),
      ...(flags.check ? { check: true } : {}),
    });
    const { state } = report;
    if (state === 'written') call.note(`commit it: ${report.file}`);
    const exit = state === 'differs' ? { exitCode: 3 } : {};
    return { text: renderLock(report), json: report, ...exit };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate lock -f kongcrate.yaml
  $ kongcrate lock -f kongcrate.yaml my-plugin
  $ kongcrate lock -f kongcrate.yaml --check

The lock stands beside the file: kongcrate.lock. It pins each plugin to the digest that was verified.`;
