import type { KongRole } from '../../kong/node/kong-node.ts';
import type { TrustPolicy } from '../../signing/policy/trust-policy.ts';
import type { MirrorRule } from '../mirrors/mirror-rule.ts';

/** A plugin that a node is to have. */
export interface WantedPlugin {
  /** As it is written, with tag, digest, both or neither; relative paths are the file's. */
  readonly reference: string;
  /** What it must be called, where that is said. */
  readonly name?: string;
  /** The logical repository of a layout or archive. */
  readonly as?: string;
  /** Whether Kong is to load it. */
  readonly isEnabled: boolean;
}

/** Which Kong a node has: what flags say otherwise. Paths are absolute. */
export interface KongSection {
  readonly conf?: string;
  readonly prefix?: string;
  readonly role?: KongRole;
  readonly adminUrl?: URL;
  readonly statusUrl?: URL;
  readonly declarativeConfig?: string;
  /** An address, or a command for `sh -c`. */
  readonly probe?: string;
  readonly probeForSeconds?: number;
  readonly activateTimeoutSeconds?: number;
}

/** A whole `kongcrate.yaml`. */
export interface Configuration {
  /** The file, as it was named. */
  readonly file: string;
  readonly trust?: TrustPolicy;
  readonly mirrors: readonly MirrorRule[];
  /** Absolute. */
  readonly luaRoot?: string;
  readonly kong: KongSection;
  readonly plugins: readonly WantedPlugin[];
}

/** The policies that bind, that of a configuration among them; none of them counts twice. */
export function bindingPolicies(
  { trust }: Configuration,
  given: readonly TrustPolicy[] = [],
): readonly TrustPolicy[] {
  return trust && !given.some(({ file }) => file === trust.file) ? [trust, ...given] : given;
}
