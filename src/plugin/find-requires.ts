import type { Chunk, Expression } from 'luaparse';
import { lineOf } from './evaluate-expression.ts';
import { childNodes, type LuaNode } from './walk-lua.ts';

export interface LuaRequire {
  readonly module: string;
  readonly line: number;
  /** Whether loading the file runs it for sure: not in a function, a branch or `pcall`. */
  readonly certain: boolean;
}

const MAYBE_RUN: ReadonlySet<LuaNode['type']> = new Set<LuaNode['type']>([
  'FunctionDeclaration',
  'IfStatement',
  'WhileStatement',
  'RepeatStatement',
  'ForNumericStatement',
  'ForGenericStatement',
  'LogicalExpression',
]);

/** Every `require` of a literal module name, by line. */
export function findRequires(chunk: Chunk): readonly LuaRequire[] {
  const found: LuaRequire[] = [];
  const pending: { readonly node: LuaNode; readonly certain: boolean }[] = [
    { node: chunk, certain: true },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node } = next;
    const required = requireOf(node, next.certain);
    if (required !== undefined) found.push(required);
    const certain = next.certain && !MAYBE_RUN.has(node.type);
    for (const child of childNodes(node)) pending.push({ node: child, certain });
  }
  return found.sort((a, b) => a.line - b.line);
}

function requireOf(node: LuaNode, certain: boolean): LuaRequire | undefined {
  if (node.type === 'StringCallExpression')
    return isNamed(node.base, 'require') ? literal(node.argument, certain) : undefined;
  if (node.type !== 'CallExpression') return undefined;
  const [first, second] = node.arguments;
  if (isNamed(node.base, 'require')) return literal(first, certain);
  return isNamed(node.base, 'pcall') && isNamed(first, 'require')
    ? literal(second, false)
    : undefined;
}

function literal(argument: Expression | undefined, certain: boolean): LuaRequire | undefined {
  if (argument?.type !== 'StringLiteral') return undefined;
  return { module: argument.value, line: lineOf(argument), certain };
}

function isNamed(expression: Expression | undefined, name: string): boolean {
  return expression?.type === 'Identifier' && expression.name === name;
}
