import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { lineOf } from '../evaluate-expression.ts';
import type { LuaModule } from '../lua-module.ts';
import { isLoadedByKong } from '../plugin-tree.ts';
import { type LuaNode, walkLua } from '../walk-lua.ts';
import { OPERATOR_TAR_BYTES } from '../capabilities/kong-operator.ts';

/**
 * Refuses what would not behave the same in two files: modules that Kong looks for by itself
 * before it loads the handler, files that are read from disk, and code that looks for files.
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function refuseUnbundled(plugin: string, modules: readonly LuaModule[]): void {
  for (const module of modules) {
    const { path, parsed } = module;
    if (isLoadedByKong(path, plugin) && !/\/(?:handler|schema)(?:\/init)?\.lua$/.test(path))
      throw bundleRefused(path, `Kong looks for ${path} by itself`);
    if (!path.endsWith('.lua')) throw bundleRefused(path, `${path} is no Lua module`);
    if (!parsed.ok) throw bundleRefused(path, `${path}:${parsed.line}: ${parsed.message}`);
    const reader = [...walkLua(parsed.chunk)].find(looksForFiles);
    if (reader !== undefined)
      throw bundleRefused(path, `${path}:${lineOf(reader)} looks for files on disk`);
  }
}

/** @throws KongcrateError PLUGIN_REFUSED */
export function refuseSize(bytes: number): void {
  if (bytes > OPERATOR_TAR_BYTES)
    throw bundleRefused(
      'handler.lua',
      `its two files would take ${bytes} bytes as tar, more than ${OPERATOR_TAR_BYTES}`,
    );
}

function bundleRefused(file: string, why: string): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', `the plugin cannot be bundled: ${why}`, {
    remedy:
      'Pack it without --bundle, or name in .kongcrateignore what the plugin does not need there.',
    details: { reason: 'BUNDLE', file },
  });
}

const LOADERS: ReadonlySet<string> = new Set(['dofile', 'loadfile']);
const SEARCHERS: ReadonlySet<string> = new Set(['searchpath', 'path', 'cpath', 'loaders']);

function looksForFiles(node: LuaNode): boolean {
  if (node.type === 'Identifier') return LOADERS.has(node.name);
  return (
    node.type === 'MemberExpression' &&
    node.base.type === 'Identifier' &&
    node.base.name === 'package' &&
    SEARCHERS.has(node.identifier.name)
  );
}
