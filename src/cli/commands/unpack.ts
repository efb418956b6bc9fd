import type { Command } from 'commander';
import { unpackArchive } from '../../workflows/unpack-archive.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addLayerOptions, limitsOf, type LayerFlags } from '../shared-options.ts';

interface Flags extends LayerFlags {
  readonly directory: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<file>', 'tar, tar.gz, tarball of crane pull or docker save, OCI layout, .all.rock')
    .requiredOption('-C, --directory <dir>', 'where to write the files')
    .addHelpText('after', EXAMPLES);
  addLayerOptions(command);
  setAction<Flags>(command, context, async ([file = ''], flags, call) => {
    const unpacked = await unpackArchive(file, {
      directory: flags.directory,
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
    });
    call.note('This says nothing about who made the archive; verify does.');
    return { text: unpacked.files.map(({ path }) => path).join('\n'), json: unpacked };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate unpack my-plugin-1.2.0.tar.gz -C /tmp/look
  $ crane pull registry.example/acme/my-plugin:1.2.0 p.tar && kongcrate unpack p.tar -C /tmp/look

Archives that two programs could read differently are refused, and nothing is
written.`;
