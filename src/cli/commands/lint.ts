import { posix } from 'node:path';
import { Option, type Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Finding } from '../../plugin/finding.ts';
import { lintSource, type LintedSource } from '../../workflows/inspect-source.ts';
import { setAction, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { formatGithub } from '../format-github.ts';
import { formatSarif } from '../format-sarif.ts';
import { renderCapabilities } from '../print-capabilities.ts';
import { renderFindings } from '../print-findings.ts';
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-options.ts';

interface Flags extends SourceFlags {
  readonly strict?: true;
  readonly format?: 'sarif' | 'github';
}

/** What `pack` says to a plugin that it refuses. */
const REFUSED = 8;

export function configure(command: Command, context: Context): void {
  command
    .argument('<dir>', 'directory of the plugin')
    .option('--strict', 'warnings are errors')
    .addOption(
      new Option('--format <format>', 'for code scanners, or for workflows of GitHub').choices([
        'sarif',
        'github',
      ]),
    )
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  setAction<Flags>(command, context, ([directory = ''], flags) => {
    if (flags.format !== undefined && flags.json)
      throw new KongcrateError('USAGE', `--json and --format ${flags.format} ask for two outputs`, {
        remedy: 'Give one of them.',
      });
    const linted = lintSource(directory, sourceOf(flags));
    const findings = linted.findings.map((finding): Finding =>
      flags.strict ? { ...finding, severity: 'error' } : finding,
    );
    const isRefused = findings.some(({ severity }) => severity === 'error');
    const result = render({ ...linted, findings }, directory, flags.format);
    return Promise.resolve({ ...result, ...(isRefused ? { exitCode: REFUSED } : {}) });
  });
}

function render(linted: LintedSource, directory: string, format: Flags['format']): CommandResult {
  const { name, version, findings, capabilities } = linted;
  const pathOf = ({ file }: Finding): string => posix.join(directory, file);
  if (format === 'github') return { text: formatGithub(findings, pathOf), json: {} };
  if (format === 'sarif')
    return { bytes: Buffer.from(formatSarif(findings, pathOf)), text: '', json: {} };
  return {
    text: renderLinted(linted),
    json: { name, ...(version === undefined ? {} : { version }), findings, capabilities },
  };
}

function renderLinted({ name, version, files, findings, capabilities }: LintedSource): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const summary =
    errors === 0
      ? `${[name, version].join(' ')}: ${files.length} files, nothing that Kong would refuse`
      : `${name}: refused, ${errors} of ${findings.length} findings are errors`;
  const found = findings.length === 0 ? [] : [renderFindings(findings)];
  const ways = capabilities.length === 0 ? [] : [renderCapabilities(capabilities)];
  return [...found, summary, ...ways].join('\n');
}

const EXAMPLES = `
Examples:
  $ kongcrate lint ./my-plugin
  $ kongcrate lint . --strict --kong-version 3.4
  $ kongcrate lint . --format sarif > kongcrate.sarif

Exit 8: there are errors, and pack would refuse the plugin.`;
