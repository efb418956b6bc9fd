import type { Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { inspectSource } from '../../workflows/inspect-source.ts';
import { describeFinding } from '../../plugin/finding.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderFindings } from '../print-findings.ts';
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-options.ts';

export function configure(command: Command, context: Context): void {
  command.argument('<dir>', 'directory of the plugin').addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  setAction<SourceFlags>(command, context, ([directory = ''], flags) => {
    const { name, version, files, findings } = inspectSource(directory, sourceOf(flags));
    const errors = findings.filter((finding) => finding.severity === 'error');
    if (errors.length > 0)
      throw new KongcrateError('PLUGIN_REFUSED', renderFindings(findings), {
        remedy: `${errors.length} of ${findings.length} findings are errors: mend them first.`,
        details: {
          findings: findings.map(describeFinding),
          rules: errors.map((finding) => finding.rule),
        },
      });
    const summary = `${name} ${version}: ${files.length} files, nothing that Kong would refuse`;
    const text = findings.length === 0 ? summary : `${renderFindings(findings)}\n${summary}`;
    return Promise.resolve({ text, json: { name, version, findings } });
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate lint ./my-plugin
  $ kongcrate lint . --json`;
