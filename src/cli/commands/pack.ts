import { Option, type Command } from 'commander';
import { digestOf } from '../../reference/digest.ts';
import { packToFile, type PackedFile } from '../../workflows/pack-to-file.ts';
import { setAction, type Call, type CommandResult } from '../action.ts';
import type { Context } from '../context.ts';
import { formatBytes } from '../format-bytes.ts';
import { renderCapabilities } from '../print-capabilities.ts';
import { renderFindings } from '../print-findings.ts';
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-options.ts';

interface Flags extends SourceFlags {
  readonly output?: string;
  readonly dryRun?: true;
  readonly bundle?: true;
  readonly format?: 'tar.gz' | 'rock';
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<source>', 'directory of the plugin, or of a repository; a rockspec; an .all.rock')
    .option('-o, --output <file>', 'file to write (<name>-<version>.tar.gz)')
    .addOption(
      new Option('--format <format>', 'what to write: tar.gz, or a rock for LuaRocks').choices([
        'tar.gz',
        'rock',
      ]),
    )
    .option('--dry-run', 'check everything, write nothing')
    .option('--bundle', 'put all Lua modules into handler.lua and schema.lua')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  setAction<Flags>(command, context, async ([source = ''], flags, call) => {
    const packed = await packToFile(source, {
      ...sourceOf(flags),
      ...(flags.output === undefined ? {} : { output: flags.output }),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...(flags.bundle ? { bundle: true } : {}),
      ...(flags.format === 'rock' ? { rock: true } : {}),
    });
    return report(packed, call);
  });
}

function report(packed: PackedFile, call: Call): CommandResult {
  const { name, version, output, wasPresent, dependencies, warnings, capabilities } = packed;
  const { bytes, files } = packed.rock ?? { ...packed.layer, files: packed.files };
  const digest = digestOf(bytes);
  const expandedBytes = files.reduce((sum, { size }) => sum + size, 0);
  // Both are about the archive, not about a rock.
  const ofArchive = packed.rock ? {} : { diffId: packed.layer.diffId, capabilities };
  if (warnings.length > 0) call.note(renderFindings(warnings));
  call.note(
    `${name} ${version}: ${files.length} files, ${formatBytes(expandedBytes)}, ` +
      `packed ${formatBytes(bytes.length)}, ${digest}`,
  );
  if (packed.rock === undefined) call.note(renderCapabilities(capabilities));
  if (wasPresent) call.note(`${output} held these bytes already`);
  const json = { name, version, output, wasPresent, digest, size: bytes.length, files };
  return { text: output, json: { ...json, ...ofArchive, dependencies, warnings } };
}

const EXAMPLES = `
Examples:
  $ kongcrate pack ./my-plugin
  $ kongcrate pack . -o /tmp/my-plugin.tar.gz --version 1.2.3
  $ kongcrate pack . --format rock
  $ kongcrate pack kong-plugin-my-plugin-1.2.0-1.all.rock

The same files give the same bytes, whatever the directory, user, clock or
machine. --bundle is for Kong's operator, which takes a handler and a schema and
nothing else; errors keep their file and line. An existing file is never
overwritten; one that holds these bytes already is left as it is.`;
