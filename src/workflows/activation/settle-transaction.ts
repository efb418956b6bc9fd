import { resolve } from 'node:path';
import type { InstallRoot } from '../../install/install-root.ts';
import { occupyNode, type OccupiedNode } from '../../install/occupy-node.ts';
import { readTransaction } from '../../kong/activation/transaction-files.ts';
import type { Transaction } from '../../kong/activation/transaction.ts';
import { awaitCommands } from '../../kong/node/await-commands.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import { readNodeState } from '../../install/read-node-state.ts';
import type { HookedActivation } from './activation-hooks.ts';
import type { ActivationOptions } from './activation-options.ts';
import { expectedPlugins } from './expected-plugins.ts';
import { nodeNotServing } from './node-not-serving.ts';
import { undoTransaction } from './undo-transaction.ts';

export interface Settling {
  readonly options: ActivationOptions;
  /** How the Lua root is worked on. */
  readonly root: Omit<InstallRoot, 'luaRoot'>;
  readonly signal: AbortSignal | undefined;
  /** Is told of the plugins that came back. */
  readonly onRestored?: HookedActivation['onRestored'];
}

/**
 * Undoes an activation that was cut off under a prefix, with everything that belongs to it; one that
 * is under way is waited for. Every change of a node begins with it.
 * @throws KongcrateError NODE_BUSY, INTERRUPTED, NOT_OURS, INSTALL_FAILED; NODE_NOT_SERVING when the
 *   node does not serve what it served before
 */
export async function settleTransaction(settling: Settling): Promise<void> {
  const { options, root, signal } = settling;
  const { prefix } = options.place;
  const seen = readTransaction(prefix);
  if (!seen) return;
  const { luaRoot } = seen;
  await occupyNode(
    // Where nothing is installed nothing old has to go, unless the command says how much.
    { keepGenerations: Number.MAX_SAFE_INTEGER, ...root, luaRoot },
    async (node) => {
      // Whoever was at work has come to the end meanwhile.
      const transaction = readTransaction(prefix);
      if (transaction?.luaRoot === luaRoot) await undo(transaction, node, settling);
      return {};
    },
    signal,
  );
}

async function undo(
  transaction: Transaction,
  node: OccupiedNode,
  { options, onRestored }: Settling,
): Promise<void> {
  const { luaRoot, names, since, restores } = transaction;
  await awaitCommands(resolve(options.place.prefix));
  const returns = isToReturn(transaction, node.generation);
  if (returns) await node.returnTo(restores);
  const { generation = 0, plugins } = readNodeState({ luaRoot });
  const listed = transaction.plugins;
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const loaded = await expectedPlugins(node.pathOf(generation), byName, listed);
  const undone = await undoTransaction(transaction, { options, loaded });
  const what = `an activation of ${names.join(', ') || 'the plugins'} was cut off (${since})`;
  if (undone.problem !== undefined) throw nodeNotServing(what, undone.problem);
  const isRunning = readKongNode(options.place).masterPid !== undefined;
  const served = isRunning ? ', and the node serves as before' : '';
  options.onNote?.(`${what}; it was undone: generation ${generation} is live${served}`);
  for (const note of undone.notes) options.onNote?.(note);
  const restored = returns ? plugins.filter(({ name }) => names.includes(name)) : [];
  await onRestored?.(restored, luaRoot);
}

/** Not when nothing of it can have gone live, nor when the files were changed again since. */
function isToReturn({ generation, next, restores, step }: Transaction, live: number): boolean {
  if (live !== next || next === restores) return false;
  return next !== generation || step === 'reloading';
}
