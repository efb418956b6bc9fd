import { resolve } from 'node:path';
import { messageOf } from '../../errors/kongcrate-error.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { recordServed as record } from '../../install/quarantine.ts';
import type { ActivationOptions, ActivationReport } from './activation-options.ts';
import type { ActivationTarget } from './check-activation.ts';
import { isListed } from './expected-plugins.ts';

/**
 * Records what a node was seen to serve. It serves it whatever becomes of the record, so that a failure
 * is only said.
 */
export function recordServed(
  root: InstallRoot,
  { after, next }: ActivationTarget,
  { state, plugins = [], place, onNote }: ActivationReport & ActivationOptions,
): void {
  if (state !== 'confirmed') return;
  const loaded = [...after.values()].filter(({ name }) => isListed(name, plugins));
  const digests = loaded.map(({ digest }) => digest);
  try {
    record(root, { prefix: resolve(place.prefix), generation: next, digests });
  } catch (error) {
    onNote?.(`not recorded that Kong serves generation ${next}: ${messageOf(error)}`);
  }
}
