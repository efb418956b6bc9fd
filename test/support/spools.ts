import { tmpdir } from 'node:os';
import { afterAll } from 'vitest';
import type { Spooling } from '../../src/content/spool.ts';
import { SpoolRoom } from '../../src/system/spool-room.ts';

const rooms: SpoolRoom[] = [];

afterAll(() => {
  for (const room of rooms.splice(0)) room.close();
});

/** Spools of this test file's own: above so many bytes everything goes through them. */
export function spoolAbove(maxHeldBytes: number): Spooling {
  const room = new SpoolRoom({ directories: [tmpdir()], maxHeldBytes });
  rooms.push(room);
  return room;
}
