import type { ByteSource } from '../content/byte-source.ts';
import { luaBody } from './lua-body.ts';

/** First bytes, latin1, of what is executable and cannot be read by a reviewer. */
const SIGNATURES: readonly (readonly [start: string, what: string])[] = [
  ['\x1bLJ', 'LuaJIT bytecode'],
  ['\x1bLua', 'Lua bytecode'],
  ['\x7fELF', 'a native library'],
];

/**
 * Says what a file is that holds machine code or bytecode, which LuaJIT loads without any
 * checks; `undefined` for everything else.
 */
export function foreignCode(path: string, bytes: ByteSource): string | undefined {
  if (/\.(?:so|dll|dylib)$/i.test(path)) return 'a native library';
  // LuaJIT looks for its signature behind a byte order mark and a `#` line, too.
  const body = luaBody(bytes);
  const head = Buffer.from(body.subarray(0, Math.min(body.length, 8)));
  const start = head.toString('latin1').trimStart();
  return SIGNATURES.find(([signature]) => start.startsWith(signature))?.[1];
}
