import { Option, type Command } from 'commander';
import { digestOf, type Digest } from '../../reference/digest.ts';
import { packAllToFiles, packToFile, type PackedFile } from '../../workflows/pack-to-file.ts';
import { setAction, type Call } from '../action.ts';
import type { Context } from '../context.ts';
import { formatBytes } from '../format-bytes.ts';
import { renderCapabilities } from '../print-capabilities.ts';
import { renderFindings } from '../print-findings.ts';
import { addSourceOptions, sourceOf, wantsAll, type AllFlags } from '../source-options.ts';

interface Flags extends AllFlags {
  readonly output?: string;
  readonly dryRun?: true;
  readonly bundle?: true;
  readonly format?: 'tar.gz' | 'rock';
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<source>', 'directory of the plugin, or of a repository; a rockspec; an .all.rock')
    .option('-o, --output <file>', 'file to write (<name>-<version>.tar.gz); with --all, where to')
    .addOption(
      new Option('--format <format>', 'what to write: tar.gz, or a rock for LuaRocks').choices([
        'tar.gz',
        'rock',
      ]),
    )
    .option('--all', 'pack every plugin of the repository, each into a file of its own')
    .option('--dry-run', 'check everything, write nothing')
    .option('--bundle', 'put all Lua modules into handler.lua and schema.lua')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  setAction<Flags>(command, context, async ([source = ''], flags, call) => {
    const options = {
      ...sourceOf(flags),
      ...(flags.output === undefined ? {} : { output: flags.output }),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...(flags.bundle ? { bundle: true } : {}),
      ...(flags.format === 'rock' ? { rock: true } : {}),
      ...call.calls,
    };
    if (!wantsAll(flags)) {
      const packed = await packToFile(source, options);
      notePacked(packed, call);
      return { text: packed.output, json: toJson(packed) };
    }
    const plugins = await packAllToFiles(source, options);
    for (const packed of plugins) notePacked(packed, call);
    const text = plugins.map(({ output }) => output).join('\n');
    return { text, json: { plugins: plugins.map(toJson) } };
  });
}

function notePacked(packed: PackedFile, { note }: Call): void {
  const { name, version, output, wasPresent, warnings, capabilities } = packed;
  const { files, size, digest } = writtenOf(packed);
  const expandedBytes = files.reduce((sum, { size }) => sum + size, 0);
  if (warnings.length > 0) note(renderFindings(warnings));
  note(
    `${name} ${version}: ${files.length} files, ${formatBytes(expandedBytes)}, ` +
      `packed ${formatBytes(size)}, ${digest}`,
  );
  if (packed.rock === undefined) note(renderCapabilities(capabilities));
  if (wasPresent) note(`${output} held these bytes already`);
}

function toJson(packed: PackedFile): object {
  const { name, version, output, wasPresent, dependencies, warnings, capabilities } = packed;
  const { files, size, digest } = writtenOf(packed);
  // Both are about the archive, not about a rock.
  const ofArchive = packed.rock ? {} : { diffId: packed.layer.diffId, capabilities };
  return {
    ...{ name, version, output, wasPresent, digest, size, files },
    ...{ ...ofArchive, dependencies, warnings },
  };
}

interface Written {
  readonly files: PackedFile['files'];
  readonly size: number;
  readonly digest: Digest;
}

function writtenOf({ rock, layer, files }: PackedFile): Written {
  return rock
    ? { files: rock.files, size: rock.bytes.length, digest: digestOf(rock.bytes) }
    : { files, size: layer.bytes.length, digest: layer.digest };
}

const EXAMPLES = `
Examples:
  $ kongcrate pack ./my-plugin
  $ kongcrate pack . -o /tmp/my-plugin.tar.gz --version 1.2.3
  $ kongcrate pack . --all -o dist
  $ kongcrate pack . --format rock
  $ kongcrate pack kong-plugin-my-plugin-1.2.0-1.all.rock

The same files give the same bytes, whatever the directory, user, clock or
machine. --bundle is for Kong's operator, which takes a handler and a schema and
nothing else; errors keep their file and line. An existing file is never
overwritten; one that holds these bytes already is left as it is. --all writes
nothing unless every plugin is sound.`;
