import type { Expression } from 'luaparse';

/**
 * The source in `assert(loadstring(source, name))(...)`, with which a bundle ends; `undefined` for
 * any other expression.
 */
export function bundledSource(expression: Expression | undefined): Uint8Array | undefined {
  if (expression?.type !== 'CallExpression') return undefined;
  const loaded = argumentOf('assert', expression.base);
  const source = argumentOf('loadstring', loaded);
  return source?.type === 'StringLiteral' ? Buffer.from(source.value, 'latin1') : undefined;
}

/** The first argument of a call of that global. */
function argumentOf(name: string, call: Expression | undefined): Expression | undefined {
  if (call?.type !== 'CallExpression' || call.base.type !== 'Identifier') return undefined;
  return call.base.name === name ? call.arguments[0] : undefined;
}
