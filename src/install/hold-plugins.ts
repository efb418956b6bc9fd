import { KongcrateError } from '../errors/kongcrate-error.ts';
import { printable } from '../errors/printable.ts';
import { changeNode, type ChangeOutcome } from './change-node.ts';
import { readLive } from './generations.ts';
import { asInstallFailure } from './install-failure.ts';
import { checkInstallRoot, type CheckedRoot, type InstallRoot } from './install-root.ts';
import { notInstalled } from './not-installed.ts';
import { readStateFile, writeStateFile, type NodeRecords, type StateNote } from './state-file.ts';

type Holds = NodeRecords['holds'];

export interface HoldOptions {
  /** Why, for whoever reads the status; without it, what was said before stays. */
  readonly reason?: string;
  readonly signal?: AbortSignal;
}

export interface HoldOutcome extends ChangeOutcome {
  readonly plugins: readonly {
    readonly name: string;
    readonly state: 'held' | 'released' | 'unchanged';
    /** The hold that is there now. */
    readonly hold?: StateNote;
  }[];
}

/**
 * Keeps installed plugins from being changed by anything but a rollback.
 * @throws KongcrateError NOT_FOUND for a plugin that is neither installed nor held, USAGE for a reason
 *   of several lines or with control characters, NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED; no hold was changed then
 */
export async function holdPlugins(
  root: InstallRoot,
  names: readonly string[],
  options: HoldOptions = {},
): Promise<HoldOutcome> {
  if (options.reason !== undefined) checkReason(options.reason);
  return changeHolds(root, names, {
    ...options,
    decide: (before, now) => ({
      since: before?.since ?? now,
      reason: options.reason ?? before?.reason ?? 'kongcrate hold',
    }),
  });
}

/** It is shown in one line, where another one could pass for a line of ours. */
function checkReason(reason: string): void {
  if (printable(reason) === reason && !reason.includes('\n')) return;
  throw new KongcrateError('USAGE', `no reason for a hold: ${JSON.stringify(reason)}`, {
    remedy: 'Give one line without control characters.',
    details: { reason },
  });
}

/** Takes holds away again; throws as {@link holdPlugins} does. */
export function unholdPlugins(
  root: InstallRoot,
  names: readonly string[],
  options: Pick<HoldOptions, 'signal'> = {},
): Promise<HoldOutcome> {
  return changeHolds(root, names, { ...options, decide: () => undefined });
}

interface HoldChange {
  readonly signal?: AbortSignal;
  readonly decide: (before: StateNote | undefined, now: string) => StateNote | undefined;
}

async function changeHolds(
  root: InstallRoot,
  names: readonly string[],
  { signal, decide }: HoldChange,
): Promise<HoldOutcome> {
  try {
    // Nothing is installed here, so nothing old has to go.
    const checked = checkInstallRoot({ ...root, keepGenerations: Number.MAX_SAFE_INTEGER });
    const once = [...new Set(names)];
    return await changeNode(checked, {
      plan: () => planHolds(checked, once, decide),
      apply: ({ records, holds }) => {
        const plugins = once.map((name) => describe(name, records.holds, holds));
        if (plugins.some(({ state }) => state !== 'unchanged'))
          writeStateFile(checked, { ...records, holds });
        return Promise.resolve<HoldOutcome>({ plugins });
      },
      signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}

function planHolds(
  root: CheckedRoot,
  names: readonly string[],
  decide: HoldChange['decide'],
): { readonly records: NodeRecords; readonly holds: Holds } {
  const { plugins } = readLive(root.path);
  const records = readStateFile(root.path);
  const holds = new Map(records.holds);
  for (const name of names) {
    const before = records.holds.get(name);
    if (!before && !plugins.has(name)) throw notInstalled(name, [...plugins.keys()], root.path);
    const hold = decide(before, root.now().toISOString());
    if (hold) holds.set(name, hold);
    else holds.delete(name);
  }
  return { records, holds };
}

function describe(name: string, before: Holds, after: Holds): HoldOutcome['plugins'][number] {
  const hold = after.get(name);
  if (!hold) return { name, state: before.has(name) ? 'released' : 'unchanged' };
  const isSame = before.get(name)?.reason === hold.reason;
  return { name, state: isSame ? 'unchanged' : 'held', hold };
}
