import type { HostileCase } from '../../support/expect-refused.ts';
import {
  longName,
  paxHeader,
  tarDirectory,
  tarEntry,
  tarFile,
  tarOf,
} from '../../support/tar-builder.ts';

export const named = (name: string): Buffer => tarOf(paxHeader({ path: name }), tarFile('x'));
const both = (first: string, second: string): Buffer =>
  tarOf(...[first, second].flatMap((path) => [paxHeader({ path }), tarFile('x')]));

export const escapes: readonly HostileCase[] = [
  ['A1 ../x', tarOf(tarFile('../x')), 'PATH_SEGMENT'],
  ['A1 a/../../x', tarOf(tarFile('a/../../x')), 'PATH_SEGMENT'],
  ['A1 a/..', tarOf(tarDirectory('a/..')), 'PATH_SEGMENT'],
  ['A1 ./../x', tarOf(tarFile('./../x')), 'PATH_SEGMENT'],
  ['A1 /abs', tarOf(tarFile('/abs')), 'PATH_ABSOLUTE'],
  ['A1 .//abs', tarOf(tarFile('.//abs')), 'PATH_ABSOLUTE'],
  ['A1 //host/share', tarOf(tarFile('//host/share')), 'PATH_ABSOLUTE'],
  ['A1 absolute directory', tarOf(tarDirectory('/')), 'PATH_ABSOLUTE'],
  ['A1 C:\\x', tarOf(tarFile('C:\\x')), 'PATH_CHARACTER'],
  ['A1 C:/x', tarOf(tarFile('C:/x')), 'PATH_CHARACTER'],
  ['A1 ..\\x', tarOf(tarFile('..\\x')), 'PATH_CHARACTER'],
  ['A1 C:..\\x', tarOf(tarFile('C:..\\x')), 'PATH_CHARACTER'],
  ['A1 climbing prefix', tarOf(tarEntry({ name: 'x', prefix: '..' })), 'PATH_SEGMENT'],
  ['A1 climbing PAX path', named('a/../../x'), 'PATH_SEGMENT'],
  ['A1 climbing GNU long name', tarOf(longName('../x'), tarFile('x')), 'PATH_SEGMENT'],
  ['a/./b', tarOf(tarFile('a/./b')), 'PATH_SEGMENT'],
  ['a//b', tarOf(tarFile('a//b')), 'PATH_SEGMENT'],
  ['empty name', tarOf(tarFile('')), 'PATH_EMPTY'],
  ['file ./', tarOf(tarFile('./')), 'PATH_EMPTY'],
  ['file with a trailing slash', tarOf(tarFile('a/')), 'PATH_SEGMENT'],
];

export const names: readonly HostileCase[] = [
  ['A8 NUL in a PAX path', named('ok.lua\0/../../x'), 'PATH_CHARACTER'],
  ['A8 newline in a PAX path', named('a\nb'), 'PATH_CHARACTER'],
  ['terminal escape', named('\u001b[2Jx'), 'PATH_CHARACTER'],
  ['C1 control', named('\u009b2Jx'), 'PATH_CHARACTER'],
  ['A12 bidi override', named('x\u202eaul.lua'), 'PATH_CHARACTER'],
  ['A12 zero-width joiner', named('han\u200ddler.lua'), 'PATH_CHARACTER'],
  ['A12 byte order mark', named('\ufeffhandler.lua'), 'PATH_CHARACTER'],
  ['A12 trailing dot', tarOf(tarFile('a./b')), 'PATH_RESERVED'],
  ['A12 trailing space', tarOf(tarFile('a ')), 'PATH_RESERVED'],
  ['A12 CON', tarOf(tarFile('lib/CON')), 'PATH_RESERVED'],
  ['A12 nul.lua', tarOf(tarFile('nul.lua')), 'PATH_RESERVED'],
  ['A12 com1 .txt', tarOf(tarFile('com1 .txt')), 'PATH_RESERVED'],
  ['A12 wildcard', tarOf(tarFile('a*b')), 'PATH_CHARACTER'],
  ['whiteout', tarOf(tarFile('kong/.wh.handler.lua')), 'PATH_WHITEOUT'],
  ['opaque whiteout', tarOf(tarFile('kong/.wh..wh..opq')), 'PATH_WHITEOUT'],
  ['whiteout directory', tarOf(tarFile('.wh.kong/x')), 'PATH_WHITEOUT'],
  ['not UTF-8', tarOf(tarEntry({ name: Buffer.from([0x61, 0xff]) })), 'TEXT_FIELD'],
  ['hidden after a NUL', tarOf(tarEntry({ name: Buffer.from('ok.lua\0/../../x') })), 'TEXT_FIELD'],
];

export const lengths: readonly HostileCase[] = [
  ['A13 segment of 256 bytes', named('a'.repeat(256)), 'PATH_LENGTH'],
  ['A13 path of 4,096 bytes', named(`${'a'.repeat(200)}/`.repeat(20) + 'x'), 'PATH_LENGTH'],
  ['A13 1,024 levels', named(`${'a/'.repeat(500)}x`), 'PATH_DEPTH'],
  ['A13 33 levels', named(`${'a/'.repeat(32)}x`), 'PATH_DEPTH'],
];

export const collisions: readonly HostileCase[] = [
  ['A11 the same file twice', both('a', 'a'), 'DUPLICATE'],
  ['A11 the same file with ./', both('a', './a'), 'DUPLICATE'],
  ['A11 file, then directory', tarOf(tarFile('a'), tarDirectory('a/')), 'FILE_AS_DIRECTORY'],
  ['A11 directory, then file', tarOf(tarDirectory('a/'), tarFile('a')), 'FILE_AS_DIRECTORY'],
  ['A11 file used as directory', both('a', 'a/b'), 'FILE_AS_DIRECTORY'],
  ['A11 directory used as file', both('a/b', 'a'), 'FILE_AS_DIRECTORY'],
  ['A12 case', both('Handler.lua', 'handler.lua'), 'COLLISION'],
  ['A12 case of a directory', both('A/x', 'a/y'), 'COLLISION'],
  ['A12 NFC and NFD', both('caf\u00e9', 'cafe\u0301'), 'COLLISION'],
  ['A12 ligature', both('\ufb01le', 'file'), 'COLLISION'],
  ['A12 sharp s', both('stra\u00dfe', 'STRASSE'), 'COLLISION'],
  ['A12 case in a shared directory', both('kong/B', 'kong/b'), 'COLLISION'],
  ['A12 Kelvin sign', both('\u212aong', 'kong'), 'COLLISION'],
];
