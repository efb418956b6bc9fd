import type {
  AssignmentStatement,
  Chunk,
  Expression,
  IfStatement,
  LocalStatement,
  Statement,
} from 'luaparse';
import { bundledSource } from './bundle/bundled-source.ts';
import { evaluateExpression, evaluateList, lineOf, literalKey } from './evaluate-expression.ts';
import { forgetPassedTables } from './forget-passed-tables.ts';
import { LuaScope } from './lua-scope.ts';
import { isObject, isTrue, type LuaValue, unknownValue } from './lua-value.ts';
import { parseLua } from './parse-lua.ts';
import { nodesOutsideFunctions, walkLua } from './walk-lua.ts';

export interface EvaluatedChunk {
  /** Locals and globals of the main chunk; what cannot be told without running is unknown. */
  readonly scope: LuaScope;
  /** What the chunk returns; nil where it has no `return`. */
  readonly returned: LuaValue;
}

/** Blocks are walked once for every block they stand in. */
const MAX_BLOCKS = 20;

/**
 * Follows the main chunk of a Lua file without running it: constants, tables, what is assigned
 * to their fields, and branches whose condition is known. Whatever depends on another branch, a
 * loop or a call of anything but the string library is unknown. Of a bundle the file at its end
 * counts.
 */
export function evaluateLua(chunk: Chunk): EvaluatedChunk {
  const bundled = bundledSource(returnedExpression(chunk));
  const parsed = bundled === undefined ? undefined : parseLua(bundled);
  // Once only: brackets within brackets could be parsed a thousand times.
  return evaluateChunk(parsed?.ok === true ? parsed.chunk : chunk);
}

function evaluateChunk(chunk: Chunk): EvaluatedChunk {
  const scope = new LuaScope();
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
  if (statement.type === 'LocalStatement' || statement.type === 'AssignmentStatement')
    followAssignment(statement, scope);
  else if (statement.type === 'FunctionDeclaration') {
    const value: LuaValue = { kind: 'function', line: lineOf(statement) };
    if (statement.isLocal && statement.identifier?.type === 'Identifier')
      scope.declare(statement.identifier.name, value);
    else if (statement.identifier !== null) assign(statement.identifier, value, scope);
  } else {
    const block = blockOf(statement, scope);
    if (block !== undefined) {
      const inner = new LuaScope(scope);
      for (const each of block) follow(each, inner);
    } else {
      forgetAssigned(statement, scope);
      forgetPassedTables(statement, scope);
    }
  }
}

function followAssignment(
  { type, variables, init }: LocalStatement | AssignmentStatement,
  scope: LuaScope,
): void {
  const { values, open } = evaluateList(init, scope);
  variables.forEach((target, index) => {
    if (isSameGlobal(target, init[index], scope)) return;
    const line = lineOf(target);
    const value = values[index] ?? (open ? unknownValue(line) : { kind: 'nil', line });
    if (type === 'LocalStatement' && target.type === 'Identifier')
      scope.declare(target.name, value);
    else assign(target, value, scope);
  });
  for (const expression of init) forgetPassedTables(expression, scope);
}

/** The statements that run for sure in place of this one; `undefined` where that is not known. */
function blockOf(statement: Statement, scope: LuaScope): readonly Statement[] | undefined {
  if (statement.type !== 'DoStatement' && statement.type !== 'IfStatement') return undefined;
  if (scope.depth >= MAX_BLOCKS || mayLeave(statement)) return undefined;
  return statement.type === 'DoStatement' ? statement.body : branchOf(statement, scope);
}

function branchOf({ clauses }: IfStatement, scope: LuaScope): readonly Statement[] | undefined {
  for (const clause of clauses) {
    const holds =
      clause.type === 'ElseClause' ? true : isTrue(evaluateExpression(clause.condition, scope));
    if (holds !== false) return holds === true ? clause.body : undefined;
  }
  return [];
}

function mayLeave(statement: Statement): boolean {
  return [...nodesOutsideFunctions(statement)].some(
    ({ type }) =>
      type === 'ReturnStatement' || type === 'GotoStatement' || type === 'BreakStatement',
  );
}

/** `local setmetatable = setmetatable`, which makes a global faster and is the same. */
function isSameGlobal(target: Expression, init: Expression | undefined, scope: LuaScope): boolean {
  if (target.type !== 'Identifier' || init?.type !== 'Identifier') return false;
  return target.name === init.name && !scope.has(target.name);
}

function assign(target: Expression, value: LuaValue, scope: LuaScope): void {
  if (target.type === 'Identifier') scope.assign(target.name, value);
  if (target.type !== 'MemberExpression' && target.type !== 'IndexExpression') return;
  const owner = evaluateExpression(target.base, scope);
  if (!isObject(owner)) return;
  const key = literalKey(target, scope);
  if (key !== undefined) owner.fields.set(key, value);
  else {
    owner.open = true;
    owner.items.length = 0;
  }
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
  const followed = new Set(nodesOutsideFunctions(statement));
  for (const node of walkLua(statement)) {
    if (node.type !== 'AssignmentStatement' || followed.has(node)) continue;
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
