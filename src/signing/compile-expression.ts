import { RE2JS, RE2JSSyntaxException } from 're2js';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

/**
 * Reads an expression in the syntax of RE2, which is cosign's, and takes linear time for any text:
 * the names in a certificate are chosen by whoever made it.
 * @param name what is demanded, for the message: a flag, or a place in a file
 * @returns whether the expression takes a text from its first to its last character
 * @throws KongcrateError USAGE for what RE2 does not know, such as look-around
 */
export function compileExpression(source: string, name: string): (text: string) => boolean {
  try {
    const expression = RE2JS.compile(source);
    return (text) => expression.matches(text);
  } catch (error) {
    const reason =
      error instanceof RE2JSSyntaxException ? explain(error, source) : messageOf(error);
    throw new KongcrateError('USAGE', `${name} ${JSON.stringify(source)}: ${reason}`, {
      remedy:
        'Give a regular expression of RE2, as for cosign, but for the whole text: \\. for a dot, ' +
        'no look-around and no back reference.',
      cause: error,
    });
  }
}

/** RE2 names the part that it does not know; where that stands is clear if it stands there once. */
function explain(error: RE2JSSyntaxException, source: string): string {
  const part = error.getPattern();
  if (part === null) return error.getDescription();
  const reason = `${error.getDescription()}: ${JSON.stringify(part)}`;
  const start = source.indexOf(part);
  const isClear = start >= 0 && start === source.lastIndexOf(part) && part !== source;
  return isClear ? `${reason} at character ${start + 1}` : reason;
}
