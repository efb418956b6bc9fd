import { messageOf } from '../../errors/kongcrate-error.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { release } from '../../install/quarantine.ts';
import type { PluginReceipt } from '../../install/receipt.ts';
import type { ActivationOptions, ActivationReport } from './activation-options.ts';
import { isListed } from './expected-plugins.ts';

/**
 * Takes what a node was seen to serve out of quarantine. It serves it whatever becomes of the record,
 * so that a failure is only said.
 */
export function releaseServed(
  root: InstallRoot,
  plugins: ReadonlyMap<string, PluginReceipt>,
  { state, plugins: list = [], onNote }: ActivationReport & Pick<ActivationOptions, 'onNote'>,
): void {
  if (state !== 'confirmed') return;
  const served = [...plugins.values()].filter(({ name }) => isListed(name, list));
  const digests = served.map(({ digest }) => digest);
  try {
    release(root, digests);
  } catch (error) {
    onNote?.(`not taken out of quarantine: ${messageOf(error)}`);
  }
}
