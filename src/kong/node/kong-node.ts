import type { KongPlace } from '../read-kong-settings.ts';

/** What a node does: where its configuration comes from, and whom it hands it to. */
export type KongRole = 'dbless' | 'traditional' | 'data-plane' | 'control-plane';

/** Where a node is looked for, and what the user says of it. */
export interface NodePlace extends KongPlace {
  /** Else found from the settings. */
  readonly role?: KongRole;
  /** The node's Admin API; for a data plane, which has none, its control plane's. */
  readonly adminUrl?: URL;
  readonly statusUrl?: URL;
  /** Sent with every request to an Admin API, such as `Kong-Admin-Token`. */
  readonly adminHeaders?: Readonly<Record<string, string>>;
}

/** The user that Kong's workers read files as. */
export interface WorkersUser {
  readonly uid: number;
  /** The group, and the others that the user is in. */
  readonly gids: readonly number[];
}

/** A Kong node as it can be seen from outside. Settings may hold passwords: never show them. */
export interface KongNode {
  /** Absolute. */
  readonly prefix: string;
  /** The kong.conf of its next start; absent where there is none. */
  readonly kongConf?: string;
  /** By name as in kong.conf, such as `lua_package_path`; what is not there has Kong's default. */
  readonly settings: ReadonlyMap<string, string>;
  /** `running`: from `.kong_env` of the prefix; else kong.conf and environment. */
  readonly settingsFrom: 'running' | 'configuration';
  readonly role: KongRole;
  /** Absent where Kong does not run, or cannot be seen from here. */
  readonly masterPid?: number;
  /** The workers that take requests; those that only finish theirs are not among them. */
  readonly workerPids: readonly number[];
  /** The master's working directory, which relative paths are below; `/` where none is seen. */
  readonly workingDirectory: string;
  /** The node's own Admin API; never there on a data plane. */
  readonly adminUrl?: URL;
  /** Only for a data plane, and only as given. */
  readonly controlPlaneUrl?: URL;
  readonly adminHeaders: Readonly<Record<string, string>>;
  readonly statusUrl?: URL;
  /** Absent where Kong logs to no file of its own: to stderr, or to syslog. */
  readonly errorLog?: string;
  /** The file a DB-less node is configured by. */
  readonly declarativeConfig?: string;
  /** Names as Kong loads them, `bundled` kept as that word. */
  readonly plugins: readonly string[];
  /** The setting; Kong always searches its default path after it. */
  readonly luaPackagePath: string;
  readonly workersUser: WorkersUser;
  /** What could not be read, in words for people. */
  readonly unread: readonly string[];
}
