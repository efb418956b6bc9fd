import type { Command } from 'commander';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { openSigner } from '../open-signer.ts';

interface Flags {
  readonly key: string;
  readonly allowUnencryptedKey?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .requiredOption('--key <key>', 'private key: FILE, env://VAR or SCHEME://KEY')
    .option('--allow-unencrypted-key', 'read a private key that has no password')
    .addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (_args, flags) => {
    const { allowUnencryptedKey } = flags;
    const { identity } = await openSigner(flags.key, { context, allowUnencryptedKey });
    const { keyId, pem } = identity;
    return { text: pem.trimEnd(), json: { keyId, publicKey: pem } };
  });
}

const EXAMPLES = `
Examples:
  $ kongcrate public-key --key cosign.key > cosign.pub
  $ kongcrate public-key --key SCHEME://KEY > cosign.pub      asks sigstore-kms-SCHEME: docs/keys.md`;
