import type { SourceFile } from './source-file.ts';

/** A file of the source, and where it goes. */
export interface PluginFile {
  /** Relative to the Lua root: `kong/plugins/<name>/handler.lua`. */
  readonly path: string;
  readonly source: SourceFile;
}
