import { holdPlugins } from '../../src/install/hold-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import type { InstallRoot } from '../../src/install/install-root.ts';
import { removePlugins } from '../../src/install/remove-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import {
  compareVersions,
  makeInstallable,
  type InstallableSpec,
} from '../support/make-installable.ts';

export type Action = 'install' | 'rollback' | 'remove' | 'hold';

/** A change of a node as a crash test makes it, in its own process or in another. */
export interface Step {
  readonly action: Action;
  /** What is installed, removed or held; a rollback takes back all that the last change did. */
  readonly plugins: readonly InstallableSpec[];
}

export async function perform(root: InstallRoot, { action, plugins }: Step): Promise<void> {
  const names = plugins.map(({ name }) => name);
  if (action === 'install')
    await installPlugins(root, plugins.map(makeInstallable), { compareVersions, unhold: true });
  else if (action === 'remove') await removePlugins(root, names, { authorize: () => undefined });
  else if (action === 'hold') await holdPlugins(root, names, { reason: 'a test' });
  else await rollbackPlugins(root, { authorize: () => Promise.resolve() });
}
