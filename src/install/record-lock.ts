import { changeNode } from './change-node.ts';
import { asInstallFailure } from './install-failure.ts';
import { checkInstallRoot, type InstallRoot } from './install-root.ts';
import { readStateFile, writeStateFile, type LockRecord } from './state-file.ts';

export interface LockDecision {
  /** Repository and tag. */
  readonly name: string;
  /** Decides by what is recorded when nobody else is at work. */
  readonly decide: (recorded: LockRecord | undefined) => LockRecord;
}

/**
 * Records which lock a node follows, so that it is never led back to an older one.
 * @throws KongcrateError NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED, and what `decide` throws;
 *   nothing is recorded then
 */
export async function recordLock(
  root: InstallRoot,
  { name, decide }: LockDecision,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    // Nothing is installed here, so nothing old has to go.
    const checked = checkInstallRoot({ ...root, keepGenerations: Number.MAX_SAFE_INTEGER });
    await changeNode(checked, {
      plan: () => {
        const records = readStateFile(checked.path);
        return {
          ...records,
          locks: new Map(records.locks).set(name, decide(records.locks.get(name))),
        };
      },
      apply: (records) => {
        writeStateFile(checked, records);
        return Promise.resolve({});
      },
      signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}
