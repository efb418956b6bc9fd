import { createHash } from 'node:crypto';
import type { PlannedFile } from '../../content/extraction-plan.ts';
import { evaluateLua } from '../evaluate-lua.ts';
import { isObject, type LuaValue } from '../lua-value.ts';
import { parseLua } from '../parse-lua.ts';
import { rockRefused } from './rock-refused.ts';

/** The file of a rock that lists all others. */
export const ROCK_MANIFEST = 'rock_manifest';
/** Deeper than any path that is accepted. */
const MAX_DEPTH = 64;
/** LuaRocks, persist.lua: what it writes without brackets. */
const PLAIN_KEY = /^[A-Za-z_]\w*$/;
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'and break do else elseif end false for function goto if in local nil not or repeat ' +
    'return then true until while'
  ).split(' '),
);

type Tree = Map<string, Tree | string>;

/** LuaRocks knows no other digest; it tells a damaged file, not a forged one. */
export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/**
 * Reads a `rock_manifest` (LuaRocks 3, manif/writer.lua) without running it.
 * @returns the MD5 of each file in hex, by path
 * @throws KongcrateError PLUGIN_REFUSED (ROCK_MANIFEST) for anything but a table of texts
 */
export function readRockManifest(bytes: Uint8Array): ReadonlyMap<string, string> {
  const parsed = parseLua(bytes);
  if (!parsed.ok) throw unreadable(parsed.line);
  const sums = new Map<string, string>();
  const visit = (value: LuaValue, path: readonly string[]): void => {
    if (value.kind === 'string') sums.set(path.join('/'), value.value);
    else if (!isListed(value) || path.length > MAX_DEPTH) throw unreadable(value.line);
    else for (const [name, each] of value.fields) visit(each, [...path, plainName(name, value)]);
  };
  const table = evaluateLua(parsed.chunk).scope.get(ROCK_MANIFEST);
  if (table?.kind !== 'table') throw unreadable(table?.line ?? 1);
  visit(table, []);
  return sums;
}

/** LuaRocks installs by the tree: what a key such as `lua/a.lua` names, it would leave out. */
function plainName(name: string, { line }: LuaValue): string {
  if (name.includes('/')) throw unreadable(line);
  return name;
}

function isListed(value: LuaValue): value is Extract<LuaValue, { readonly open: boolean }> {
  return isObject(value) && value.kind === 'table' && !value.open && value.items.length === 0;
}

function unreadable(line: number): Error {
  return rockRefused(
    'ROCK_MANIFEST',
    `${ROCK_MANIFEST}:${line}: it is not the table of paths and checksums that LuaRocks writes`,
  );
}

/** Writes the `rock_manifest` of files, byte for byte as LuaRocks 3 does (persist.lua). */
export function writeRockManifest(files: readonly PlannedFile[]): Buffer {
  const root: Tree = new Map();
  for (const { path, bytes } of files) {
    const names = path.split('/');
    const last = names.pop() ?? '';
    leafOf(root, names).set(last, md5Of(bytes));
  }
  return Buffer.from(`${ROCK_MANIFEST} = ${formatTree(root, 1)}\n`);
}

function leafOf(root: Tree, names: readonly string[]): Tree {
  let tree = root;
  for (const name of names) {
    const found = tree.get(name);
    const next: Tree = found instanceof Map ? found : new Map<string, Tree | string>();
    tree.set(name, next);
    tree = next;
  }
  return tree;
}

function formatTree(tree: Tree, level: number): string {
  const lines = [...tree]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => {
      const isPlain = PLAIN_KEY.test(name) && !KEYWORDS.has(name);
      const key = isPlain ? name : `["${name}"]`;
      const text = value instanceof Map ? formatTree(value, level + 1) : `"${value}"`;
      return `${'   '.repeat(level)}${key} = ${text}`;
    });
  return `{\n${lines.join(',\n')}\n${'   '.repeat(level - 1)}}`;
}
