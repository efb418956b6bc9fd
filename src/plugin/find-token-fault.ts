import type { Node } from 'luaparse';
import { lineOf } from './evaluate-expression.ts';

export interface TokenFault {
  readonly line: number;
  readonly message: string;
}

/** What luaparse lets pass and LuaJIT's lexer and parser do not (lj_lex.c, `lex_number`). */
export function findTokenFault(node: Node, text: string): TokenFault | undefined {
  if (node.type === 'NumericLiteral') {
    const next = text.charAt(endOf(node));
    // LuaJIT reads `3and` and `1..` as one number.
    return /[\w.\x80-\xff]/.test(next)
      ? { line: lineOf(node), message: `malformed number near '${node.raw}${next}'` }
      : undefined;
  }
  if (node.type !== 'CallExpression' && node.type !== 'ReturnStatement') return undefined;
  const [first] = node.arguments;
  if (first === undefined) return undefined;
  const between = text
    .slice(node.type === 'CallExpression' ? endOf(node.base) : startOf(node), startOf(first))
    .replace(/--(?:\[(=*)\[[\s\S]*?\]\1\]|.*)/g, '');
  return between.includes(',')
    ? { line: lineOf(first), message: "unexpected symbol near ','" }
    : undefined;
}

interface Ranged {
  readonly range?: readonly [start: number, end: number];
}

/** Where a node begins in the text. */
export function startOf(node: Node & Ranged): number {
  return node.range?.[0] ?? 0;
}

function endOf(node: Node & Ranged): number {
  return node.range?.[1] ?? 0;
}
