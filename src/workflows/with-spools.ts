import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Spooling } from '../content/spool.ts';
import { SpoolRoom } from '../system/spool-room.ts';

export interface SpoolOptions {
  /** What has more bytes is not held in memory, but in a private file; 16 MiB unless told. */
  readonly maxHeldBytes?: number | undefined;
}

/**
 * Lends spools to work that may meet something large, and takes them back after it.
 * @param target where the bytes go in the end, and so has room for them
 */
export async function withSpools<Result>(
  target: string | undefined,
  { maxHeldBytes }: SpoolOptions,
  work: (spooling: Spooling) => Promise<Result>,
): Promise<Result> {
  const near = target === undefined ? [] : [target, dirname(target)];
  const room = new SpoolRoom({ directories: [...near, tmpdir()], maxHeldBytes });
  try {
    return await work(room);
  } finally {
    room.close();
  }
}
