import luaparse, { type Chunk, type Options } from 'luaparse';
import { messageOf } from '../errors/kongcrate-error.ts';

export type ParsedLua =
  | { readonly ok: true; readonly chunk: Chunk }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** The largest Lua file that is parsed, in bytes; its syntax tree takes about 200 times as much. */
export const MAX_LUA_BYTES: number = 2 * 1024 * 1024;

// Strings come out as their bytes, one character each: what Lua itself works with. The types know
// only `false` for extendedIdentifiers, which LuaJIT allows.
const OPTIONS = {
  encodingMode: 'pseudo-latin1',
  extendedIdentifiers: true as boolean,
  comments: false,
  locations: true,
} as Partial<Options>;

/** Parses a Lua file as the LuaJIT of Kong's OpenResty would. Never throws. */
export function parseLua(bytes: Uint8Array): ParsedLua {
  if (bytes.length > MAX_LUA_BYTES)
    return fault(1, `the file has ${bytes.length} bytes, more than ${MAX_LUA_BYTES} are not read`);
  const text = Buffer.from(luaBody(bytes)).toString('latin1');
  const first = parseAs(text, 'LuaJIT');
  if (first.ok) return first;
  // OpenResty builds LuaJIT with LUAJIT_ENABLE_LUA52COMPAT: `;;`, a `break` before other
  // statements and a call on the next line are fine there.
  const second = parseAs(text, '5.2');
  return second.ok || second.line > first.line ? second : first;
}

/**
 * What LuaJIT's lexer reads: without the UTF-8 byte order mark and without a first line that
 * starts with `#`, whose line end stays so that lines keep their numbers.
 */
export function luaBody(bytes: Uint8Array): Uint8Array {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  if (body[0] !== 0x23) return body;
  const lineEnd = body.indexOf(0x0a);
  return lineEnd < 0 ? new Uint8Array() : body.subarray(lineEnd);
}

function parseAs(text: string, luaVersion: 'LuaJIT' | '5.2'): ParsedLua {
  try {
    return { ok: true, chunk: luaparse.parse(text, { ...OPTIONS, luaVersion }) };
  } catch (error) {
    if (error instanceof RangeError) return fault(1, 'chunk has too many syntax levels');
    if (!(error instanceof SyntaxError)) throw error;
    const line = 'line' in error && typeof error.line === 'number' ? error.line : 1;
    return fault(line, messageOf(error).replace(/^\[\d+:\d+\] /, ''));
  }
}

function fault(line: number, message: string): ParsedLua {
  return { ok: false, line, message };
}
