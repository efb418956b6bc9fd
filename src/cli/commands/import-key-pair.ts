import type { Command } from 'commander';
import { writeImportedKeyPair } from '../../workflows/write-key-pair.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addKeyPairOptions, renderKeyPair, type KeyPairFlags } from '../key-pair-options.ts';
import { nameKey } from '../name-key.ts';
import { readKeyText } from '../read-key-text.ts';
import { readPassword } from '../read-password.ts';

interface Flags extends KeyPairFlags {
  readonly key: string;
}

export function configure(command: Command, context: Context): void {
  command
    .requiredOption('--key <key>', 'PEM private key (RSA, EC or Ed25519): FILE or env://VAR')
    .addHelpText('after', EXAMPLES);
  addKeyPairOptions(command);
  setAction<Flags>(command, context, async (_args, flags) => {
    const pem = readKeyText(flags.key, context);
    const password = (): Promise<Uint8Array> => readPassword(context, true);
    try {
      const options = { password, prefix: flags.outputKeyPrefix };
      return renderKeyPair(await writeImportedKeyPair(pem, options));
    } catch (error) {
      throw nameKey(flags.key, error);
    }
  });
}

const EXAMPLES = `
Examples:
  $ openssl ecparam -genkey -name prime256v1 -noout -out ec.pem
  $ kongcrate import-key-pair --key ec.pem --output-key-prefix release`;
