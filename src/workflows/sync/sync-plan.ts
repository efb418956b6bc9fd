import type { Digest } from '../../reference/digest.ts';

/**
 * What becomes of one plugin. `none`: it is as the lock says; `repair`: its files are not; `extra`:
 * the lock does not have it, and it stays; `held`, `quarantined`: it is not what the lock says, and
 * stays as it is.
 */
export type SyncAction =
  | 'none'
  | 'install'
  | 'upgrade'
  | 'downgrade'
  | 'replace'
  | 'repair'
  | 'remove'
  | 'extra'
  | 'held'
  | 'quarantined';

export interface SyncStep {
  readonly name: string;
  readonly action: SyncAction;
  /** What the lock has; absent for what it does not have. */
  readonly version?: string;
  readonly digest?: Digest;
  /** What is installed; absent where nothing is. */
  readonly installedVersion?: string;
  readonly installedDigest?: Digest;
  /** Why it is held or in quarantine. */
  readonly reason?: string;
}

/** What it takes to make a node equal to its lock. */
export interface SyncPlan {
  /** Plugins by name. */
  readonly steps: readonly SyncStep[];
  /** Plugins that come onto Kong's list, and off it. */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  /** Whether Kong runs and has not loaded what is installed. */
  readonly reload: boolean;
}

/** Whether a node is anything but what its lock says, also where nothing is done about it. */
export function isDifferent({ steps, enable, disable, reload }: SyncPlan): boolean {
  const isSame = steps.every(({ action }) => action === 'none' || action === 'extra');
  return !isSame || enable.length > 0 || disable.length > 0 || reload;
}
