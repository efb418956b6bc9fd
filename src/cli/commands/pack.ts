import type { Command } from 'commander';
import { packToFile } from '../../workflows/pack-to-file.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { formatBytes } from '../format-bytes.ts';
import { renderCapabilities } from '../print-capabilities.ts';
import { renderFindings } from '../print-findings.ts';
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-options.ts';

interface Flags extends SourceFlags {
  readonly output?: string;
  readonly dryRun?: true;
  readonly bundle?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<dir>', 'directory of the plugin: handler.lua and schema.lua, or a repository')
    .option('-o, --output <file>', 'file to write (<name>-<version>.tar.gz)')
    .option('--dry-run', 'check everything, write nothing')
    .option('--bundle', 'put all Lua modules into handler.lua and schema.lua')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  setAction<Flags>(command, context, async ([directory = ''], flags, call) => {
    const packed = await packToFile(directory, {
      ...sourceOf(flags),
      ...(flags.output === undefined ? {} : { output: flags.output }),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...(flags.bundle ? { bundle: true } : {}),
    });
    const { name, version, layer, files, output, wasPresent } = packed;
    if (packed.warnings.length > 0) call.note(renderFindings(packed.warnings));
    call.note(
      `${name} ${version}: ${files.length} files, ${formatBytes(layer.expandedBytes)}, ` +
        `packed ${formatBytes(layer.bytes.length)}, ${layer.digest}`,
    );
    call.note(renderCapabilities(packed.capabilities));
    if (wasPresent) call.note(`${output} held these bytes already`);
    const { digest, diffId, bytes } = layer;
    const json = { name, version, output, wasPresent, digest, diffId, size: bytes.length, files };
    const { dependencies, warnings, capabilities } = packed;
    return { text: output, json: { ...json, dependencies, warnings, capabilities } };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate pack ./my-plugin
  $ kongcrate pack . -o /tmp/my-plugin.tar.gz --version 1.2.3

The same files give the same bytes, whatever the directory, user, clock or
machine. --bundle is for Kong's operator, which takes a handler and a schema and
nothing else; errors keep their file and line. An existing file is never
overwritten; one that holds these bytes already is left as it is.`;
