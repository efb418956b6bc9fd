import { resolve } from 'node:path';
import type { ChangeHooks, NextGeneration } from '../../install/change-hooks.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { generationPath } from '../../install/node-paths.ts';
import type { PluginReceipt } from '../../install/receipt.ts';
import type { ActivationOptions, ActivationReport } from './activation-options.ts';
import { applyActivation } from './apply-activation.ts';
import { beginActivation, type BegunActivation } from './begin-activation.ts';
import { checkActivation, type ActivationTarget } from './check-activation.ts';
import { expectedPlugins } from './expected-plugins.ts';
import { recordServed } from './record-served.ts';
import { undoActivation } from './undo-activation.ts';

export interface HookedActivation {
  readonly root: InstallRoot;
  readonly options: ActivationOptions;
  readonly signal: AbortSignal | undefined;
  /** Plugins that Kong is to load. */
  readonly enable: readonly string[];
  /** Plugins that it is to load no more. */
  readonly disable?: readonly string[];
  /** Is told of the plugins that came back by themselves, because what was to replace them failed. */
  readonly onRestored?: (restored: readonly PluginReceipt[], luaRoot: string) => Promise<void>;
}

/** Brings a running Kong along with a change of its plugins: one reload, however many there are. */
export function activationHooks(hooked: HookedActivation): {
  readonly hooks: ChangeHooks;
  /** `undefined` where nothing was switched. */
  readonly report: () => ActivationReport | undefined;
} {
  const { root, options, signal, onRestored } = hooked;
  let begun: BegunActivation | undefined;
  let report: ActivationReport | undefined;
  const hooks: ChangeHooks = {
    beforeSwitch: async (next) => {
      const checked = await checkActivation(targetOf(hooked, next), options, signal);
      begun = await beginActivation(checked, options, signal);
    },
    afterSwitch: async () => {
      if (!begun) return;
      report = await applyActivation(begun, options, signal);
      recordServed(root, begun.checked.target, { ...options, ...report });
    },
    afterFailure: async (error, notReturned) => {
      if (!begun) return;
      const { target, node, changed } = begun.checked;
      // The old one: what is live now holds the same.
      const tree = generationPath(resolve(root.luaRoot), target.restores);
      const loaded = await expectedPlugins(tree, target.before, node.plugins);
      try {
        await undoActivation(begun, error, { root, options, signal, loaded, notReturned });
      } finally {
        const restored = changed.flatMap((name) => target.before.get(name) ?? []);
        if (notReturned === undefined) await onRestored?.(restored, root.luaRoot);
      }
    },
  };
  return { hooks, report: () => report };
}

function targetOf(
  { root: { luaRoot }, enable, disable = [] }: HookedActivation,
  { path, before, after, generation, previousGeneration }: NextGeneration,
): ActivationTarget {
  return {
    ...{ before, after, enable, disable, next: generation },
    luaRoot: resolve(luaRoot),
    tree: path,
    generation: previousGeneration,
    restores: previousGeneration,
    editsConf: true,
  };
}
