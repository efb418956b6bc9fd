import type { Command } from 'commander';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { unpackTrust, type UnpackedTrust } from '../../workflows/copy/unpack-trust.ts';
import type { OpenArchiveOptions } from '../../workflows/open-archive.ts';
import { unpackArchive } from '../../workflows/unpack-archive.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addLayerOptions, limitsOf, type LayerFlags } from '../shared-options.ts';

interface Flags extends LayerFlags {
  readonly directory?: string;
  readonly trust?: string;
}

export function configure(command: Command, context: Context): void {
  command
    .argument(
      '<file>',
      'tar, tar.gz, tarball of crane pull or docker save, OCI layout, .all.rock, or oci-archive:FILE:TAG, oci-layout:DIR:TAG',
    )
    .option('-C, --directory <dir>', 'where to write the files of the plugin')
    .option('--trust <dir>', 'where to write the keys and trusted roots beside it')
    .addHelpText('after', EXAMPLES);
  addLayerOptions(command);
  setAction<Flags>(command, context, async ([file = ''], { directory, trust, ...flags }, call) => {
    if (directory === undefined && trust === undefined)
      throw new KongcrateError('USAGE', 'nothing says where to unpack to', {
        remedy: 'Give -C DIRECTORY for the files, or --trust DIRECTORY for the keys.',
      });
    const unpacked =
      directory === undefined ? undefined : await unpackArchive(file, { ...of(flags), directory });
    const trusted = trust === undefined ? [] : await unpackTrust(file, trust);
    call.note('This says nothing about who made the archive; verify does.');
    if (trust !== undefined) call.note(COMPARE);
    const files = unpacked?.files ?? [];
    const lines = [...files.map(({ path }) => path), ...trusted.map(renderTrust)];
    const json = { ...unpacked, ...(trust === undefined ? {} : { trust: trusted }) };
    return { text: lines.join('\n'), json };
  });
}

function of(flags: LayerFlags): OpenArchiveOptions {
  return {
    limits: limitsOf(flags),
    ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
  };
}

function renderTrust({ kind, fingerprint, path }: UnpackedTrust): string {
  return `${path}: ${kind} sha256:${fingerprint}`;
}

const COMPARE =
  'Whoever made the archive chose these: compare the fingerprints before you give one to --key or --trusted-root.';

const EXAMPLES = `
Examples:
  $ kongcrate unpack my-plugin-1.2.0.tar.gz -C /tmp/look
  $ crane pull registry.example/acme/my-plugin:1.2.0 p.tar && kongcrate unpack p.tar -C /tmp/look
  $ kongcrate unpack oci-archive:carry.tar:1.2.0 -C /tmp/look      one of several
  $ kongcrate unpack carry.tar --trust ./keys            what copy --trust put there

Archives that two programs could read differently are refused, and nothing is
written.`;
