import type { CallExpression, Expression, TableCallExpression } from 'luaparse';
import { evaluateExpression } from './evaluate-expression.ts';
import type { LuaScope } from './lua-scope.ts';
import { isObject, type LuaValue } from './lua-value.ts';
import { type LuaNode, nodesOutsideFunctions } from './walk-lua.ts';

type Call = CallExpression | TableCallExpression;

/**
 * Whoever is handed a table may change any of its fields, as `rawset` does, and whatever hangs on
 * them: nothing is known about them after a call.
 */
export function forgetPassedTables(within: LuaNode, scope: LuaScope): void {
  for (const node of nodesOutsideFunctions(within)) {
    if (node.type !== 'CallExpression' && node.type !== 'TableCallExpression') continue;
    const passed = argumentsOf(node);
    const [target] = passed;
    if (target !== undefined && isSetmetatable(node, scope)) {
      const value = evaluateExpression(target, scope);
      // A metatable adds what is missing and changes nothing that is there.
      if (isObject(value)) value.open = true;
    } else
      for (const expression of handedOver(passed)) forget(evaluateExpression(expression, scope));
  }
}

/** All that a call hands over: before a `:` the object itself, too. */
function argumentsOf(call: Call): readonly Expression[] {
  const { base } = call;
  const self = base.type === 'MemberExpression' && base.indexer === ':' ? [base.base] : [];
  return [...self, ...(call.type === 'CallExpression' ? call.arguments : [call.arguments])];
}

/** The library's own, unless the file gave the name to something else. */
function isSetmetatable({ base }: Call, scope: LuaScope): boolean {
  return base.type === 'Identifier' && base.name === 'setmetatable' && !scope.has(base.name);
}

/** The names and fields in arguments whose values the callee gets, also wrapped in tables. */
function* handedOver(passed: readonly Expression[]): Generator<Expression> {
  const pending = [...passed];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.type === 'Identifier') yield next;
    if (next.type === 'MemberExpression' || next.type === 'IndexExpression') yield next;
    if (next.type === 'LogicalExpression') pending.push(next.left, next.right);
    if (next.type === 'TableConstructorExpression')
      for (const { value } of next.fields) pending.push(value);
  }
}

function forget(root: LuaValue): void {
  const pending = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (!isObject(value)) continue;
    value.open = true;
    // Taken out first: a table may hold itself.
    const held = [...value.fields.values(), ...value.items.splice(0)];
    value.fields.clear();
    for (const other of held) pending.push(other);
  }
}
