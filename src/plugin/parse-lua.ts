import luaparse, { type Chunk, type Node, type Options } from 'luaparse';
import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import { messageOf } from '../errors/kongcrate-error.ts';
import { findStrayString } from './find-stray-string.ts';
import { findTokenFault, startOf, type TokenFault } from './find-token-fault.ts';
import { luaBody } from './lua-body.ts';

export type ParsedLua =
  | { readonly ok: true; readonly chunk: Chunk }
  | {
      readonly ok: false;
      /** `limit`: too much to be parsed, so nothing is known about it. */
      readonly reason: 'syntax' | 'limit';
      readonly line: number;
      readonly message: string;
    };

/** More bytes are not parsed: a syntax tree takes about 200 times as many. */
export const MAX_LUA_BYTES: number = 1024 * 1024;
const MAX_NODES = 200_000;
/** luaparse compares every `goto` with every label and every end of a block behind it. */
const MAX_JUMPS = 1_000;
const JUMPS: ReadonlySet<Node['type']> = new Set<Node['type']>([
  'GotoStatement',
  'LabelStatement',
  'BreakStatement',
]);

// Strings come out as their bytes, one character each: what Lua itself works with. The types know
// only `false` for extendedIdentifiers, which LuaJIT allows.
const OPTIONS = {
  encodingMode: 'pseudo-latin1',
  extendedIdentifiers: true as boolean,
  comments: false,
  locations: true,
  ranges: true,
} as Partial<Options>;

class LimitReached extends Error {}

class TokenRefused extends SyntaxError {
  readonly line: number;

  constructor({ line, message }: TokenFault) {
    super(message);
    this.line = line;
  }
}

/**
 * Parses a Lua file as the LuaJIT of Kong's OpenResty would, within limits that no code written
 * by hand comes near. Never throws.
 */
export function parseLua(bytes: ByteSource): ParsedLua {
  if (bytes.length > MAX_LUA_BYTES)
    return fault('limit', 1, `it has ${bytes.length} bytes, more than ${MAX_LUA_BYTES}`);
  const text = Buffer.from(wholeOf(luaBody(bytes))).toString('latin1');
  const first = parseAs(text, 'LuaJIT');
  if (first.ok || first.reason === 'limit') return first;
  // OpenResty builds LuaJIT with LUAJIT_ENABLE_LUA52COMPAT: `;;`, a `break` before other
  // statements and a call on the next line are fine there.
  const second = parseAs(text, '5.2');
  return second.ok || second.line > first.line ? second : first;
}

function parseAs(text: string, luaVersion: 'LuaJIT' | '5.2'): ParsedLua {
  try {
    const limit = limitNodes();
    const strings = new Set<number>();
    const onCreateNode = (node: Node): void => {
      limit(node);
      if (node.type === 'StringLiteral') strings.add(startOf(node));
      refuseFault(findTokenFault(node, text));
    };
    const chunk = luaparse.parse(text, { ...OPTIONS, luaVersion, onCreateNode });
    refuseFault(findStrayString(text, strings));
    return { ok: true, chunk };
  } catch (error) {
    if (error instanceof LimitReached) return fault('limit', 1, error.message);
    if (error instanceof RangeError) return fault('syntax', 1, 'chunk has too many syntax levels');
    if (!(error instanceof SyntaxError)) throw error;
    const line = 'line' in error && typeof error.line === 'number' ? error.line : 1;
    return fault('syntax', line, messageOf(error).replace(/^\[\d+:\d+\] /, ''));
  }
}

function refuseFault(fault: TokenFault | undefined): void {
  if (fault !== undefined) throw new TokenRefused(fault);
}

function limitNodes(): (node: Node) => void {
  let nodes = 0;
  let jumps = 0;
  return ({ type }) => {
    if (++nodes > MAX_NODES) throw new LimitReached(`it has more than ${MAX_NODES} syntax nodes`);
    if (JUMPS.has(type) && ++jumps > MAX_JUMPS)
      throw new LimitReached(`it has more than ${MAX_JUMPS} gotos, labels and breaks`);
  };
}

function fault(reason: 'syntax' | 'limit', line: number, message: string): ParsedLua {
  return { ok: false, reason, line, message };
}
