import { actAs } from './act-as.ts';
import { putBackAdopted } from './adopt-targets.ts';
import { asInstallFailure, attempt } from './install-failure.ts';
import type { CheckedRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import { acquireMutex, type Mutex } from './mutex.ts';
import { statePath } from './node-paths.ts';
import { prune } from './prune.ts';
import { recover } from './recover.ts';

export interface NodeChange<Plan, Outcome> {
  /** Reads and decides; whatever it refuses, nothing was changed. */
  readonly plan: () => Plan | Promise<Plan>;
  readonly apply: (plan: Plan, mutex: Mutex) => Promise<Outcome>;
  readonly signal: AbortSignal | undefined;
}

/** What every change may report beside its result. */
export interface ChangeOutcome {
  /** Why old generations or temporary files are still there; the next change removes them. */
  readonly notCleanedUp?: string;
}

/**
 * Runs one change of a node: mutex, plan, recovery of what an earlier change left, the change
 * itself. When it fails, what it staged is removed again as far as the disk allows; what it put in
 * the store stays for the next try, until a change is made that does not need it.
 * @throws KongcrateError NODE_BUSY, INTERRUPTED, INSTALL_FAILED, and what `plan` refuses with
 */
export async function changeNode<Plan, Outcome extends ChangeOutcome>(
  root: CheckedRoot,
  change: NodeChange<Plan, Outcome>,
): Promise<Outcome> {
  // What is refused in a directory that was never ours leaves nothing of ours there.
  if (!lookAt(statePath(root.path))) await actAs(root.owner, change.plan);
  const mutex = await acquireMutex(root, change.signal);
  try {
    actAs(root.owner, () => {
      // Before the plan, which has to see what stood there before a change was cut off.
      putBackAdopted(root);
    });
    const plan = await actAs(root.owner, change.plan);
    actAs(root.owner, () => {
      recover(root);
    });
    const outcome = await change.apply(plan, mutex);
    const notCleanedUp = finish(root, mutex, tidy);
    return notCleanedUp === undefined ? outcome : { ...outcome, notCleanedUp };
  } catch (error) {
    finish(root, mutex, recover);
    throw asInstallFailure(error);
  }
}

function finish(
  root: CheckedRoot,
  mutex: Mutex,
  cleanUp: (root: CheckedRoot) => void,
): string | undefined {
  const notCleaned = attempt(() => {
    // Without the mutex somebody else is at work, and what is staged may be theirs.
    if (mutex.isHeld())
      actAs(root.owner, () => {
        cleanUp(root);
      });
  });
  const notReleased = attempt(() => {
    mutex.release();
  });
  return notCleaned ?? notReleased;
}

/**
 * What fails here takes nothing back, and the next change does it again. Only behind a change that
 * was made: a refused command removes no version of anything.
 */
function tidy(root: CheckedRoot): void {
  root.files.syncDirectory(statePath(root.path));
  recover(root);
  // Only now: an old generation is what tells recovery which links are no longer needed.
  prune(root);
}
