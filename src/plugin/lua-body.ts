/**
 * What LuaJIT's lexer reads: without the UTF-8 byte order mark and without a first line that
 * starts with `#`. That ends at the first CR or LF (lj_lex.c, `lex_iseol`), which stays so that
 * lines keep their numbers.
 */
export function luaBody(bytes: Uint8Array): Uint8Array {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  if (body[0] !== 0x23) return body;
  const lineEnd = body.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  return lineEnd < 0 ? new Uint8Array() : body.subarray(lineEnd);
}
