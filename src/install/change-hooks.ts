import type { PluginReceipt } from './receipt.ts';

/** A generation that is on the disk, whole, and about to become the live one. */
export interface NextGeneration {
  /** Its directory: a Lua package root. */
  readonly path: string;
  readonly generation: number;
  /** 0 where nothing was ever installed. */
  readonly previousGeneration: number;
  readonly before: ReadonlyMap<string, PluginReceipt>;
  readonly after: ReadonlyMap<string, PluginReceipt>;
}

/**
 * What is done around the switch to a new generation, under the mutex: how a running Kong is brought
 * along. Nothing is pruned before they are through.
 */
export interface ChangeHooks {
  /** All is on the disk, and `current` has not moved. What it throws ends the change. */
  readonly beforeSwitch: (next: NextGeneration) => Promise<void>;
  /** Right after the move. When it throws, exactly what was live before is made live again. */
  readonly afterSwitch: () => Promise<void>;
  /**
   * The change failed, in a hook or by itself, and the old state is live again.
   * @param notReturned why it is not, where that failed too
   */
  readonly afterFailure: (error: unknown, notReturned: string | undefined) => Promise<void>;
}
