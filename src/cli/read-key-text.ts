import { KongcrateError } from '../errors/kongcrate-error.ts';
import { redactText } from '../http/redact.ts';
import { readSourceFile } from '../workflows/read-source-tree.ts';
import { isProgramKey } from '../workflows/key-program/program-key.ts';
import type { Context } from './context.ts';

const ENVIRONMENT_SCHEME = 'env://';

/** Reads the PEM text that `--key FILE|env://VAR` names. */
export function readKeyText(name: string, context: Context): string {
  if (name.startsWith(ENVIRONMENT_SCHEME)) {
    const variable = name.slice(ENVIRONMENT_SCHEME.length);
    const value = context.environment[variable];
    if (value !== undefined && value !== '') return value;
    throw new KongcrateError('KEY_INVALID', `the environment has no variable ${variable}`, {
      remedy: `Set ${variable} to the PEM text of the key.`,
    });
  }
  if (isProgramKey(name))
    throw new KongcrateError(
      'USAGE',
      `a program keeps ${redactText(name)}, and gives no private key away`,
      {
        remedy: 'Give a file, or env://VARIABLE.',
      },
    );
  return readSourceFile(name).toString('utf8');
}
