import type { Chunk } from 'luaparse';
import type { ByteSource } from '../content/byte-source.ts';
import { foreignCode } from './foreign-code.ts';
import { parseLua, type ParsedLua } from './parse-lua.ts';
import type { PluginFile } from './plugin-file.ts';

/** A Lua file of a plugin with its syntax tree. */
export interface LuaModule {
  /** Relative to the Lua root. */
  readonly path: string;
  /** As the file is called in the source. */
  readonly file: string;
  readonly bytes: ByteSource;
  readonly parsed: ParsedLua;
}

/** Parses every Lua source among the files of a plugin, each once. */
export function readLuaModules(files: readonly PluginFile[]): readonly LuaModule[] {
  return files
    .filter(({ path, source }) => path.endsWith('.lua') && source.kind === 'file')
    .filter(({ path, source }) => foreignCode(path, source.bytes) === undefined)
    .map(({ path, source: { path: file, bytes } }) => readLuaModule({ path, file, bytes }));
}

export function readLuaModule(source: Omit<LuaModule, 'parsed'>): LuaModule {
  return { ...source, parsed: parseLua(source.bytes) };
}

/** The syntax tree, where the file could be parsed. */
export function chunkOf({ parsed }: LuaModule): Chunk | undefined {
  return parsed.ok ? parsed.chunk : undefined;
}
