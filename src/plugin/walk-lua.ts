import type { Node } from 'luaparse';

export type LuaNode = Node;

/**
 * Yields a node and everything below it, in no promised order. Iterative: a chain of ten thousand
 * calls is legal Lua and as deep as it is long.
 * @param enter whether to go below a node; all nodes unless given
 */
export function* walkLua(
  root: LuaNode,
  enter: (node: LuaNode) => boolean = () => true,
): Generator<LuaNode> {
  const pending: LuaNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    if (enter(node)) for (const child of childNodes(node)) pending.push(child);
  }
}

/** The nodes right below a node. */
export function childNodes(node: LuaNode): readonly LuaNode[] {
  const values: unknown[] = Object.values(node);
  return values.flat().filter(isNode);
}

export function isFunction(node: LuaNode): boolean {
  return node.type === 'FunctionDeclaration';
}

function isNode(value: unknown): value is LuaNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}
