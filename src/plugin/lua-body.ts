import { partOf, piecesOf, type ByteSource } from '../content/byte-source.ts';

/**
 * What LuaJIT's lexer reads: without the UTF-8 byte order mark and without a first line that
 * starts with `#`. That ends at the first CR or LF (lj_lex.c, `lex_iseol`), which stays so that
 * lines keep their numbers.
 */
export function luaBody(bytes: ByteSource): ByteSource {
  const head = bytes.subarray(0, Math.min(bytes.length, 4));
  const isMarked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const body = isMarked ? partOf(bytes, 3, bytes.length) : bytes;
  return head[isMarked ? 3 : 0] === 0x23 ? partOf(body, firstLineEnd(body), body.length) : body;
}

function firstLineEnd(body: ByteSource): number {
  let start = 0;
  for (const piece of piecesOf(body)) {
    const end = piece.findIndex((byte) => byte === 0x0a || byte === 0x0d);
    if (end >= 0) return start + end;
    start += piece.length;
  }
  return body.length;
}
