import type { Asking } from '../../kong/activation/ask-node.ts';
import type { SignalName } from '../../kong/activation/confirmation.ts';
import type { PreflightResult } from '../../kong/activation/preflight.ts';
import type { Probe } from '../../kong/activation/run-probe.ts';
import type { Variables } from '../../kong/format-variables.ts';
import type { NodePlace } from '../../kong/node/kong-node.ts';

/** Which Kong is brought along with a change of its plugins, and how it is seen that it serves. */
export interface ActivationOptions extends Pick<Asking, 'send'> {
  readonly place: NodePlace;
  /** The configuration that the preflight judges in place of the node's own. */
  readonly declarativeConfig?: string;
  /** How long the node may take until it serves, in milliseconds; 30,000 unless told. */
  readonly timeoutMs?: number;
  readonly probe?: Pick<Probe, 'target' | 'holdMs'>;
  /** How the node takes the change: `reload` unless told; nothing serves during a `restart`. */
  readonly by?: 'reload' | 'prepare' | 'restart';
  /** Takes a line for people about what else was done. */
  readonly onNote?: (text: string) => void;
}

/** What became of the running Kong. */
export interface ActivationReport {
  /**
   * `confirmed`: it serves what was installed; `too-little`: nothing speaks against that, and not
   * enough for it; `unchanged`: it does so already; `checked`: only the preflight was done;
   * `no-kong`: none runs under the prefix; `not-asked`: one does, and was left alone.
   */
  readonly state: 'confirmed' | 'too-little' | 'unchanged' | 'checked' | 'no-kong' | 'not-asked';
  /** The list of plugins that it runs with now. */
  readonly plugins?: readonly string[];
  /** Plugins that came onto that list. */
  readonly enabled?: readonly string[];
  /** About the other nodes of a hybrid deployment, and about kong.conf, for people. */
  readonly notes?: readonly string[];
  readonly preflight?: PreflightResult;
  readonly signals?: readonly SignalName[];
  /** Signals that the node does not have, each with its reason, for people. */
  readonly missing?: readonly string[];
  /** The kong.conf that has the list for the next start, where it was edited. */
  readonly kongConf?: string;
  /** What to set in the environment of the next start, where kong.conf does not decide. */
  readonly variables?: Variables;
}
