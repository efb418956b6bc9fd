import type { Asking } from '../kong/activation/ask-node.ts';
import type { KongNode } from '../kong/node/kong-node.ts';
import { chooseUseSources } from '../kong/use/choose-use-sources.ts';
import { findPluginUse } from '../kong/use/find-plugin-use.ts';
import { refuseUsed } from '../kong/use/refuse-used.ts';

interface AskingUse extends Asking {
  /** As the user gave it. */
  readonly adminUrl?: URL;
}

/**
 * Demands that nothing uses some plugins.
 * @returns who said so
 * @throws KongcrateError PLUGIN_IN_USE, IN_USE_UNKNOWN; the signal's reason
 */
export async function demandUnused(
  names: readonly string[],
  node: KongNode,
  { send, signal, adminUrl }: AskingUse,
): Promise<readonly string[]> {
  const sources = chooseUseSources(node, { send, signal, givenAdminUrl: adminUrl });
  const use = await findPluginUse(names, sources);
  refuseUsed(names, use);
  return use.asked;
}
