import { posix } from 'node:path';
import { mapRockspec } from './map-rockspec.ts';
import type { PluginFile } from './plugin-file.ts';
import { moduleNameOf } from './plugin-tree.ts';
import type { RockspecFacts } from './rockspec.ts';
import type { SourceFile } from './source-file.ts';

/** A module of the rockspec, with its file if the source has it. */
export interface RockModule {
  readonly name: string;
  readonly line: number;
  /** As the rockspec has it. */
  readonly from: string;
  readonly file: PluginFile | undefined;
}

/** The files that LuaRocks would install, in its order: the last one for a path stays. */
export function readRockModules(
  rockspec: RockspecFacts,
  files: readonly SourceFile[],
): readonly RockModule[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return mapRockspec(rockspec, files).map(({ from, to, line }) => {
    const source = byPath.get(posix.join(posix.dirname(rockspec.path), from));
    const file = source === undefined ? undefined : { path: to, source };
    return { name: moduleNameOf(to), line, from, file };
  });
}

/** A handler that a rockspec names. */
export interface RockHandler {
  readonly plugin: string;
  /** Absent where the source does not have it. */
  readonly source?: SourceFile;
}

/** The handlers of plugins among the modules of a rockspec. */
export function rockHandlers(modules: readonly RockModule[]): readonly RockHandler[] {
  return modules.flatMap(({ name, file }) => {
    const plugin = /^kong\.plugins\.([^.]+)\.handler$/.exec(name)?.[1];
    if (plugin === undefined) return [];
    return [file === undefined ? { plugin } : { plugin, source: file.source }];
  });
}
