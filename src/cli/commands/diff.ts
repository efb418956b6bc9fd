import { Option, type Command } from 'commander';
import { diffPlugins } from '../../workflows/diff/diff-plugins.ts';
import { setAction } from '../action.ts';
import { isSet, type Context } from '../context.ts';
import { addRegistryOptions, placeOf, SOURCE_FORMS, type PlaceFlags } from '../place-options.ts';
import { addConfigurationOption } from '../policy-options.ts';
import { renderDiff } from '../print-diff.ts';
import { addLayerOptions, limitsOf, type LayerFlags } from '../shared-options.ts';

interface Flags extends PlaceFlags, LayerFlags {
  readonly plugin?: string;
  readonly nameOnly?: true;
  readonly stat?: true;
}

/** DESIGN 2, "Exit codes": changes found. */
const DIFFERENT = 3;

export function configure(command: Command, context: Context): void {
  command
    .argument('<a>', `a plugin's directory or rockspec, any archive, or ${SOURCE_FORMS}`)
    .argument('<b>', 'what it is compared with: the same')
    .option('--plugin <name>', 'which plugin of a directory that has several')
    .addOption(new Option('--name-only', 'print only the paths that differ').conflicts(['stat']))
    .option('--stat', 'print how many lines differ in place of the lines');
  addRegistryOptions(command);
  addLayerOptions(command);
  addConfigurationOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async ([before = '', after = ''], flags, call) => {
    const diff = await diffPlugins(before, after, {
      ...(await placeOf(flags, call, [before, after])),
      ...(flags.plugin === undefined ? {} : { name: flags.plugin }),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      limits: limitsOf(flags),
      ...call.calls,
    });
    call.note(summaryOf(diff.files.length, diff.facts.length));
    const text = renderDiff(diff, {
      form: flags.nameOnly ? 'names' : flags.stat ? 'counts' : 'lines',
      isColoured: context.stdout.isTTY === true && !isSet(context, 'NO_COLOR'),
    });
    return {
      ...{ text: '', json: diff },
      ...(flags.json ? {} : { bytes: Buffer.from(text) }),
      ...(diff.isDifferent ? { exitCode: DIFFERENT } : {}),
    };
  });
}

function summaryOf(files: number, facts: number): string {
  const what =
    files + facts === 0
      ? 'No difference'
      : `Files that differ: ${files}, facts about them: ${facts}`;
  return `${what}. diff decides nothing about trust; verify does.`;
}

const EXAMPLES = `
Examples:
  $ kongcrate diff ./my-plugin registry.example/acme/my-plugin:1.2.0
  $ kongcrate diff oci-layout:./dist:1.2.0 oci-layout:./dist:1.3.0 --stat
  $ kongcrate diff my-plugin-1.2.0.tar.gz my-plugin-1.2.0-1.all.rock --name-only

Compared is what a node would get: a README or tests in an archive are not. Exit 3: there
are differences.`;
