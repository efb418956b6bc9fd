import type { PlannedFile } from '../content/extraction-plan.ts';
import type { ImageManifest } from '../content/manifest.ts';

/** What a plugin is exported for; docs/export.md has what each of them needs. */
export type ExportTarget =
  'dockerfile' | 'docker-run' | 'kubernetes' | 'kubernetes-volume' | 'operator' | 'helm';

/** A verified plugin, and what its exports say of where it comes from. */
export interface ExportedPlugin {
  readonly name: string;
  /** As the artifact says it: any text. */
  readonly version?: string;
  /** What stands under a Lua root once it is installed. */
  readonly files: readonly PlannedFile[];
  /** Every entry of the layer, directories with a `/` at their end. */
  readonly entries: readonly PlannedFile[];
  readonly manifest: Pick<ImageManifest, 'config' | 'layers'>;
  /** Place and digest, as `install` and every puller takes it. */
  readonly reference: string;
  /** What was asked for, with its tag. */
  readonly source: string;
  /** Who vouches for it, in words. */
  readonly trust: string;
}

export interface ExportSettings {
  /**
   * The image that the result starts from: Kong's, or for `kubernetes` one with `crane`, `sh` and
   * `tar`.
   */
  readonly base?: string;
  /** Where `docker-run` puts the files; default `kong-lua` in the working directory. */
  readonly luaRoot?: string;
  /** The flags that say whom to trust, for the command lines in the result. */
  readonly trustArguments?: readonly string[];
}

/** One file of a result. */
export interface ExportedFile {
  /** A plain file name. */
  readonly name: string;
  readonly text: string;
}

/** Turns a plugin into the files of one target. It computes only. */
export type Renderer = (
  plugin: ExportedPlugin,
  settings: ExportSettings,
) => readonly ExportedFile[];
