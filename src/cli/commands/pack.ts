import type { Command } from 'commander';
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
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<dir>', 'directory of the plugin: handler.lua and schema.lua, or a repository')
    .option('-o, --output <file>', 'file to write (<name>-<version>.tar.gz); with --all, where to')
    .option('--all', 'pack every plugin of the repository, each into a file of its own')
    .option('--dry-run', 'check everything, write nothing')
    .option('--bundle', 'put all Lua modules into handler.lua and schema.lua')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  setAction<Flags>(command, context, async ([directory = ''], flags, call) => {
    const options = {
      ...sourceOf(flags),
      ...(flags.output === undefined ? {} : { output: flags.output }),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...(flags.bundle ? { bundle: true } : {}),
    };
    if (!wantsAll(flags)) {
      const packed = await packToFile(directory, options);
      notePacked(packed, call);
      return { text: packed.output, json: toJson(packed) };
    }
    const plugins = await packAllToFiles(directory, options);
    for (const packed of plugins) notePacked(packed, call);
    const text = plugins.map(({ output }) => output).join('\n');
    return { text, json: { plugins: plugins.map(toJson) } };
  });
}

function notePacked(packed: PackedFile, { note }: Call): void {
  const { name, version, layer, files, output, wasPresent, warnings, capabilities } = packed;
  if (warnings.length > 0) note(renderFindings(warnings));
  note(
    `${name} ${version}: ${files.length} files, ${formatBytes(layer.expandedBytes)}, ` +
      `packed ${formatBytes(layer.bytes.length)}, ${layer.digest}`,
  );
  note(renderCapabilities(capabilities));
  if (wasPresent) note(`${output} held these bytes already`);
}

function toJson(packed: PackedFile): object {
  const { name, version, layer, files, output, wasPresent } = packed;
  const { digest, diffId, bytes } = layer;
  const { dependencies, warnings, capabilities } = packed;
  return {
    ...{ name, version, output, wasPresent, digest, diffId, size: bytes.length, files },
    ...{ dependencies, warnings, capabilities },
  };
}

const EXAMPLES = `
Examples:
  $ kongcrate pack ./my-plugin
  $ kongcrate pack . -o /tmp/my-plugin.tar.gz --version 1.2.3
  $ kongcrate pack . --all -o dist

The same files give the same bytes, whatever the directory, user, clock or
machine. --bundle is for Kong's operator, which takes a handler and a schema and
nothing else; errors keep their file and line. An existing file is never
overwritten; one that holds these bytes already is left as it is. --all writes
nothing unless every plugin is sound.`;
