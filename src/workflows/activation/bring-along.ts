import { resolve } from 'node:path';
import type { ChangeHooks } from '../../install/change-hooks.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { realPathOf } from '../../install/real-path.ts';
import { findProcesses } from '../../kong/node/processes.ts';
import type { HookedActivation } from './activation-hooks.ts';
import type { ActivationOptions, ActivationReport } from './activation-options.ts';
import { isKongRunning } from './is-kong-running.ts';
import { loadedGeneration } from './loaded-generation.ts';

export interface Companion extends Pick<HookedActivation, 'onRestored' | 'disable'> {
  readonly root: InstallRoot;
  /** Without it no Kong is looked at. */
  readonly kong: ActivationOptions | undefined;
  /** Whether a Kong that runs is to load the change. */
  readonly activate: boolean;
  /** Plugins that it is to load from now on. */
  readonly enable: readonly string[];
  readonly signal: AbortSignal | undefined;
}

interface Changed {
  readonly plugins: readonly { readonly state: string }[];
}

/**
 * Changes files, and has the Kong that runs there load them in the same transaction. Where the files
 * need no change it is brought to load what is there.
 */
export async function bringAlong<Outcome extends Changed>(
  { kong, activate, ...companion }: Companion,
  change: (root: InstallRoot, hooks?: ChangeHooks) => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly activation?: ActivationReport }> {
  const { root } = companion;
  if (!kong) return { outcome: await change(root) };
  if (!isKongRunning(kong))
    return { outcome: await change(root), activation: { state: 'no-kong' } };
  if (!activate)
    return { outcome: await change(sparing(root, kong)), activation: { state: 'not-asked' } };
  // Where no Kong runs, such as in the build of an image, nothing of this is loaded.
  const [{ activationHooks }, { activateLive }] = await Promise.all([
    import('./activation-hooks.ts'),
    import('./activate-live.ts'),
  ]);
  const hooked = activationHooks({ ...companion, options: kong });
  const outcome = await change(root, hooked.hooks);
  const always = outcome.plugins.some(({ state }) => state === 'repaired');
  const activation =
    hooked.report() ??
    (await activateLive({ ...companion, options: kong, editsConf: true, always }));
  return { outcome, activation };
}

/** What the workers have loaded stays as long as they do: they load from it, and go back to it. */
function sparing(root: InstallRoot, { place }: ActivationOptions): InstallRoot {
  const loaded = loadedGeneration(realPathOf(root.luaRoot), findProcesses(resolve(place.prefix)));
  return loaded === undefined ? root : { ...root, sparedGenerations: [loaded] };
}
