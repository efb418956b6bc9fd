import type { ArchivedFile } from '../../content/extraction-plan.ts';

/** One way to bring a plugin to Kong nodes besides installing it, and whether it is open. */
export interface Capability {
  /**
   * `kong-operator`: a KongPluginInstallation. `streaming`: custom plugin streaming. `konnect`:
   * data planes of Konnect. `hybrid`: a control plane and data planes of one's own.
   */
  readonly way: 'kong-operator' | 'streaming' | 'konnect' | 'hybrid';
  readonly possible: boolean;
  /** What stands in the way, or what is to be done. */
  readonly reason: string;
}

/** What capabilities are told from. */
export interface PackagedPlugin {
  readonly name: string;
  /** What stands under a Lua root once it is installed. */
  readonly files: readonly ArchivedFile[];
  /** Every entry of the layer, directories with a `/` at their end; `files` unless given. */
  readonly entries?: readonly ArchivedFile[];
  /** Media types of the artifact's layers, where there is an artifact. */
  readonly layerTypes?: readonly string[];
}
