import type { LockRecord } from '../../install/state-file.ts';
import { readNodeRecords } from '../../install/read-node-state.ts';
import { recordLock } from '../../install/record-lock.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { demandLuaRoot } from '../demand-lua-root.ts';
import type { PublishedLock } from '../lock/lock-source.ts';
import type { SyncOptions } from './sync-node.ts';

/**
 * Takes a lock that came as an artifact, unless the node has followed a newer one under that name.
 * Whoever can write to the registry, or stands before it, can bring back what was signed once; no
 * flag lets that pass. It is recorded before anything is done about it.
 * @throws KongcrateError LOCK_REPLAYED, and as the Lua root and its mutex refuse
 */
export async function acceptLock(
  { name, digest, publishedAt }: PublishedLock,
  { root, check, dryRun, signal }: Pick<SyncOptions, 'root' | 'check' | 'dryRun' | 'signal'>,
): Promise<void> {
  demandLuaRoot(root, true);
  const offered = { digest, publishedAt };
  const known = readNodeRecords(root).locks.get(name);
  refuseOlder(name, offered, known);
  if (check === true || dryRun === true || known?.digest === digest) return;
  const decide = (recorded: LockRecord | undefined): LockRecord => {
    refuseOlder(name, offered, recorded);
    return offered;
  };
  await recordLock(root, { name, decide }, signal);
}

function refuseOlder(name: string, offered: LockRecord, known: LockRecord | undefined): void {
  if (!known || known.digest === offered.digest) return;
  if (Date.parse(offered.publishedAt) > Date.parse(known.publishedAt)) return;
  throw new KongcrateError(
    'LOCK_REPLAYED',
    `${name} is a lock of ${offered.publishedAt}, and this node followed one of ${known.publishedAt}`,
    {
      remedy:
        'Publish the lock again, also to go back. If nobody meant to, find out who moved the tag.',
      details: { offered: offered.digest, followed: known.digest },
    },
  );
}
