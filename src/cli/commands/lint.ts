import { posix } from 'node:path';
import { Option, type Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Finding } from '../../plugin/finding.ts';
import { lintSource, listPlugins, type LintedSource } from '../../workflows/inspect-source.ts';
import { setAction, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { formatGithub } from '../format-github.ts';
import { formatSarif } from '../format-sarif.ts';
import { renderCapabilities } from '../print-capabilities.ts';
import { renderFindings } from '../print-findings.ts';
import { addSourceOptions, sourceOf, wantsAll, type AllFlags } from '../source-options.ts';

interface Flags extends AllFlags {
  readonly strict?: true;
  readonly format?: 'sarif' | 'github';
}

/** What `pack` says to a plugin that it refuses. */
const REFUSED = 8;

export function configure(command: Command, context: Context): void {
  command
    .argument('<dir>', 'directory of the plugin')
    .option('--all', 'every plugin of the repository')
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
    const options = sourceOf(flags);
    const linted = wantsAll(flags)
      ? listPlugins(directory, options).map((name) => lintSource(directory, { ...options, name }))
      : [lintSource(directory, options)];
    const plugins = flags.strict ? linted.map(asErrors) : linted;
    const findings = plugins.flatMap((plugin) => plugin.findings);
    const isRefused = findings.some(({ severity }) => severity === 'error');
    const result = flags.format
      ? renderFor(flags.format, findings, directory)
      : { text: plugins.map(renderLinted).join('\n'), json: jsonOf(plugins, flags) };
    return Promise.resolve({ ...result, ...(isRefused ? { exitCode: REFUSED } : {}) });
  });
}

function asErrors(linted: LintedSource): LintedSource {
  const findings = linted.findings.map((finding): Finding => ({ ...finding, severity: 'error' }));
  return { ...linted, findings };
}

function renderFor(
  format: 'sarif' | 'github',
  findings: readonly Finding[],
  directory: string,
): CommandResult {
  const pathOf = ({ file }: Finding): string => posix.join(directory, file);
  return format === 'github'
    ? { text: formatGithub(findings, pathOf), json: {} }
    : { bytes: Buffer.from(formatSarif(findings, pathOf)), text: '', json: {} };
}

function jsonOf(linted: readonly LintedSource[], { all }: Flags): object {
  const plugins = linted.map(({ name, version, findings, capabilities }) => ({
    name,
    ...(version === undefined ? {} : { version }),
    findings,
    capabilities,
  }));
  return all ? { plugins } : { ...plugins[0] };
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
  $ kongcrate lint . --all
  $ kongcrate lint . --format sarif > kongcrate.sarif

Exit 8: there are errors, and pack would refuse the plugin.`;
