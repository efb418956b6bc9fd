import { join } from 'node:path';
import type { Command } from 'commander';
import { demandAbsent, writeNewFile } from '../../workflows/write-new-file.ts';
import { packPlugin } from '../../workflows/pack-plugin.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { formatBytes } from '../format-bytes.ts';
import { renderFindings } from '../print-findings.ts';
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-options.ts';

interface Flags extends SourceFlags {
  readonly output?: string;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<dir>', 'directory of the plugin: handler.lua and schema.lua, or a repository')
    .option('-o, --output <file>', 'file to write (<name>-<version>.tar.gz)')
    .option('--dry-run', 'check everything, write nothing')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  setAction<Flags>(command, context, async ([directory = ''], flags, call) => {
    const packed = await packPlugin(directory, sourceOf(flags));
    const { name, version, layer, files } = packed;
    const output = flags.output ?? join('.', `${name}-${version}.tar.gz`);
    if (packed.warnings.length > 0) call.note(renderFindings(packed.warnings));
    demandAbsent(output);
    if (!flags.dryRun) writeNewFile(output, layer.bytes, 0o644);
    call.note(
      `${name} ${version}: ${files.length} files, ${formatBytes(layer.expandedBytes)}, ` +
        `packed ${formatBytes(layer.bytes.length)}, ${layer.digest}`,
    );
    const { digest, diffId } = layer;
    const json = { name, version, output, digest, diffId, size: layer.bytes.length, files };
    return { text: output, json: { ...json, warnings: packed.warnings } };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate pack ./my-plugin
  $ kongcrate pack . -o /tmp/my-plugin.tar.gz --version 1.2.3

The same files give the same bytes, whatever the directory, user, clock or machine.`;
