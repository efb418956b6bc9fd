import type { Command } from 'commander';
import { writeKeyPair } from '../../workflows/write-key-pair.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addKeyPairOptions, renderKeyPair, type KeyPairFlags } from '../key-pair-options.ts';
import { readPassword } from '../read-password.ts';

export function configure(command: Command, context: Context): void {
  addKeyPairOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<KeyPairFlags>(command, context, async (_args, flags) => {
    const password = (): Promise<Uint8Array> => readPassword(context, true);
    return renderKeyPair(await writeKeyPair({ password, prefix: flags.outputKeyPrefix }));
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate generate-key-pair
  $ COSIGN_PASSWORD=… kongcrate generate-key-pair --output-key-prefix release

The files are cosign's own: cosign sign --key cosign.key uses them as they are.`;
