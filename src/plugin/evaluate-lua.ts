import type { Chunk, Expression, Statement } from 'luaparse';
import { bundledSource } from './bundle/bundled-source.ts';
import { evaluateExpression, lineOf, literalKey, type LuaScope } from './evaluate-expression.ts';
import { forgetPassedTables } from './forget-passed-tables.ts';
import { isObject, type LuaValue, unknownValue } from './lua-value.ts';
import { parseLua } from './parse-lua.ts';
import { nodesOutsideFunctions, walkLua } from './walk-lua.ts';

export interface EvaluatedChunk {
  /** Locals and globals of the main chunk; what cannot be told without running is unknown. */
  readonly scope: LuaScope;
  /** What the chunk returns; nil where it has no `return`. */
  readonly returned: LuaValue;
}

/**
 * Follows the main chunk of a Lua file without running it: constants, tables, and what is
 * assigned to their fields. Whatever depends on a branch, a loop or a call is unknown. Of a bundle
 * the file at its end counts.
 */
export function evaluateLua(chunk: Chunk): EvaluatedChunk {
  const bundled = bundledSource(returnedExpression(chunk));
  const parsed = bundled === undefined ? undefined : parseLua(bundled);
  // Once only: brackets within brackets could be parsed a thousand times.
  return evaluateChunk(parsed?.ok === true ? parsed.chunk : chunk);
}

function evaluateChunk(chunk: Chunk): EvaluatedChunk {
  const scope: LuaScope = new Map();
  for (const statement of chunk.body) follow(statement, scope);
  for (const statement of chunk.body) openAssignedInFunctions(statement, scope);
  return { scope, returned: evaluateReturn(chunk, scope) };
}

function returnedExpression(chunk: Chunk): Expression | undefined {
  const last = chunk.body.at(-1);
  return last?.type === 'ReturnStatement' ? last.arguments[0] : undefined;
}

function evaluateReturn(chunk: Chunk, scope: LuaScope): LuaValue {
  const last = chunk.body.at(-1);
  if (last?.type === 'ReturnStatement') {
    const value = returnedExpression(chunk);
    return value === undefined
      ? { kind: 'nil', line: lineOf(last) }
      : evaluateExpression(value, scope);
  }
  return chunk.body.some(hasReturn) ? unknownValue(1) : { kind: 'nil', line: 1 };
}

function follow(statement: Statement, scope: LuaScope): void {
  if (statement.type === 'LocalStatement' || statement.type === 'AssignmentStatement') {
    const values = statement.variables.map((_, index) => valueAt(statement.init, index, scope));
    statement.variables.forEach((target, index) => {
      if (isSameGlobal(target, statement.init[index], scope)) return;
      assign(target, values[index] ?? unknownValue(lineOf(target)), scope);
    });
    statement.init.forEach((expression) => {
      forgetPassedTables(expression, scope);
    });
  } else if (statement.type === 'FunctionDeclaration') {
    if (statement.identifier !== null)
      assign(statement.identifier, { kind: 'function', line: lineOf(statement) }, scope);
  } else {
    forgetAssigned(statement, scope);
    forgetPassedTables(statement, scope);
  }
}

/** `local setmetatable = setmetatable`, which makes a global faster and is the same. */
function isSameGlobal(target: Expression, init: Expression | undefined, scope: LuaScope): boolean {
  if (target.type !== 'Identifier' || init?.type !== 'Identifier') return false;
  return target.name === init.name && !scope.has(target.name);
}

/** The value for the nth variable: a last call or `...` fills all that follow, else nil. */
function valueAt(init: readonly Expression[], index: number, scope: LuaScope): LuaValue {
  const own = init[index];
  if (own !== undefined) return evaluateExpression(own, scope);
  const last = init.at(-1);
  const spreads = last?.type.endsWith('CallExpression') === true || last?.type === 'VarargLiteral';
  return spreads ? unknownValue(lineOf(last)) : { kind: 'nil', line: 1 };
}

function assign(target: Expression, value: LuaValue, scope: LuaScope): void {
  if (target.type === 'Identifier') scope.set(target.name, value);
  if (target.type !== 'MemberExpression' && target.type !== 'IndexExpression') return;
  const owner = evaluateExpression(target.base, scope);
  if (!isObject(owner)) return;
  const key = literalKey(target, scope);
  if (key === undefined) owner.open = true;
  else owner.fields.set(key, value);
}

/** A branch or loop may run or not: everything it assigns is unknown afterwards. */
function forgetAssigned(statement: Statement, scope: LuaScope): void {
  for (const node of nodesOutsideFunctions(statement)) {
    if (node.type === 'FunctionDeclaration' && node.identifier !== null)
      assign(node.identifier, unknownValue(lineOf(node)), scope);
    if (node.type !== 'AssignmentStatement') continue;
    for (const target of node.variables) assign(target, unknownValue(lineOf(node)), scope);
  }
}

/** A function of the chunk may run while it loads, and give a table more fields. */
function openAssignedInFunctions(statement: Statement, scope: LuaScope): void {
  for (const node of walkLua(statement)) {
    if (node.type !== 'AssignmentStatement') continue;
    for (const target of node.variables) {
      if (target.type === 'Identifier' || target.base.type !== 'Identifier') continue;
      const owner = scope.get(target.base.name);
      if (isObject(owner)) owner.open = true;
    }
  }
}

function hasReturn(statement: Statement): boolean {
  return [...nodesOutsideFunctions(statement)].some((node) => node.type === 'ReturnStatement');
}
