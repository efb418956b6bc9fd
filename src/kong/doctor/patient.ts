import type { KongNode, NodePlace } from '../node/kong-node.ts';

/** What Kong loads and where it looks for it. */
export interface LoadView {
  /** Names as Kong loads them, `bundled` kept as that word. */
  readonly plugins: readonly string[];
  readonly luaPackagePath: string;
  /** Absolute, in the order in which Lua tries them. */
  readonly templates: readonly string[];
  /** Where the two settings stand, for people. */
  readonly from: { readonly plugins: string; readonly luaPackagePath: string };
}

/** The kong.conf of the next start. */
export interface ConfFile {
  readonly path: string;
  /** One byte a character. */
  readonly text: string;
}

/** A node that is looked at: everything that the checks need, read once. */
export interface Patient {
  readonly node: KongNode;
  readonly place: NodePlace;
  /** Absent where there is none, or it cannot be read. */
  readonly conf?: ConfFile;
  /** The running node's first; the next start has one of its own where it would differ. */
  readonly views: readonly [LoadView, ...LoadView[]];
  /** Where kongcrate installs; absolute. */
  readonly luaRoot: string;
  /** What kongcrate made there, and may mend; without links. */
  readonly ownDirectory: string;
  /** The names that the word `bundled` stands for. */
  readonly bundled: ReadonlySet<string>;
  /** Modules that Kong once had, and what to use in their place. */
  readonly removedModules: ReadonlyMap<string, string>;
  /** What could not be looked at, for people. */
  readonly unread: readonly string[];
}
