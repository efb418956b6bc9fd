import type { Digest } from '../../reference/digest.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { Lock } from './lock.ts';

/** A lock that came as an artifact, and whose signatures were verified. */
export interface PublishedLock {
  /** Repository and tag: what nodes that follow it name. */
  readonly name: string;
  readonly digest: Digest;
  /** As it was signed; ISO 8601, UTC. */
  readonly publishedAt: string;
}

/** What a node is to have, as of now. */
export interface FollowedLock {
  /** With the plugins that the lock is about. */
  readonly configuration: Configuration;
  /** Absent: the one beside the configuration. */
  readonly lock?: Lock;
  readonly published?: PublishedLock;
}

/** Says what a node is to have; asked again and again by whoever follows it. */
export type LockSource = (configuration: Configuration) => Promise<FollowedLock>;

/** Follows the file beside the configuration. */
export const followFile: LockSource = (configuration) => Promise.resolve({ configuration });
