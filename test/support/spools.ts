import { tmpdir } from 'node:os';
import { afterThisFile } from './clean-up.ts';
import type { Spooling } from '../../src/content/spool.ts';
import { SpoolRoom } from '../../src/system/spool-room.ts';

/** Spools of this test file's own: above so many bytes everything goes through them. */
export function spoolAbove(maxHeldBytes: number): Spooling {
  const room = new SpoolRoom({ directories: [tmpdir()], maxHeldBytes });
  afterThisFile(() => {
    room.close();
  });
  return room;
}
