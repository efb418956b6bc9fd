import { KongcrateError, type ErrorOptions } from '../../errors/kongcrate-error.ts';

/** The text of a file, and the name under which messages speak of it. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
}

/** The line that holds the character at `offset`, from 1. */
export function lineAt({ text }: YamlSource, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/**
 * The error for one place of a policy: `FILE:LINE:COLUMN: …`, as editors and terminals link it.
 * @param offset in characters from the beginning of the text
 * @param remedy what is allowed there
 */
export function policyInvalid(
  source: YamlSource & { readonly offset: number },
  message: string,
  { remedy, cause }: Pick<ErrorOptions, 'remedy' | 'cause'>,
): KongcrateError {
  const { file, text, offset } = source;
  const line = lineAt(source, offset);
  const column = offset - text.lastIndexOf('\n', offset - 1);
  return new KongcrateError('POLICY_INVALID', `${file}:${line}:${column}: ${message}`, {
    remedy,
    cause,
    details: { file, line, column },
  });
}
