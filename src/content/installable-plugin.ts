import type { ArchivedFile, ExtractionPlan } from './extraction-plan.ts';

/** A plugin as it will stand under a Lua root. */
export interface InstallablePlugin {
  /** The name Kong lists: the directory under `kong/plugins`. */
  readonly name: string;
  /** The handler's VERSION or the signed annotation; absent when neither is a literal. */
  readonly version?: string;
  readonly priority?: number;
  /**
   * Files relative to the Lua root (`kong/plugins/<name>/handler.lua`, sibling modules). Their
   * `bytes` are the very ones of the plan.
   */
  readonly files: readonly ArchivedFile[];
  /** The archive these files came from. */
  readonly plan: ExtractionPlan;
}
