import type { TokenFault } from './find-token-fault.ts';

const COMMENT_OR_STRING =
  /--\[(=*)\[[\s\S]*?\]\1\]|--.*|\[(=*)\[[\s\S]*?\]\2\]|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'/g;

/**
 * A string that is no expression: luaparse takes the string `","` for a comma, and others for
 * other signs, since it compares the values of tokens and not their kinds.
 * @param starts where the syntax tree has strings
 */
export function findStrayString(text: string, starts: ReadonlySet<number>): TokenFault | undefined {
  for (const { 0: token, index } of text.matchAll(COMMENT_OR_STRING)) {
    if (token.startsWith('--') || starts.has(index)) continue;
    const line = text.slice(0, index).split(/\r\n?|\n\r?/).length;
    return { line, message: `unexpected symbol near '${token}'` };
  }
  return undefined;
}
