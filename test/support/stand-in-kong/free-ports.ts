import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the kernel gives to clients, so that a node can be stopped and started. */
const FIRST_PORT = 10_000;
const PORTS_PER_PROCESS = 100;
const PROCESSES = 220;
let used = 0;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/**
 * A TCP port of 127.0.0.1 that nothing listens on. Test files run in processes side by side: each
 * takes from ports of its own, since between this look and the node's start another could take it.
 */
export async function freePort(): Promise<number> {
  const first = FIRST_PORT + (process.pid % PROCESSES) * PORTS_PER_PROCESS;
  for (;;) {
    const port = first + (used % PORTS_PER_PROCESS);
    used += 1;
    if (await isFree(port)) return port;
  }
}
