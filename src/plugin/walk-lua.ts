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
  const children: LuaNode[] = [];
  for (const value of Object.values(node) as unknown[])
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isNode(child)) children.push(child);
  return children;
}

/** What runs where `root` runs: functions in it may run later or never. */
export function nodesOutsideFunctions(root: LuaNode): Iterable<LuaNode> {
  return walkLua(root, (node) => node.type !== 'FunctionDeclaration');
}

function isNode(value: unknown): value is LuaNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}
