/**
 * A link of its own: `node delay-proxy.mjs TARGET_PORT ROUND_TRIP_MS` prints the port it listens on
 * and delays all bytes by half a round trip each way, those of a new connection by a whole one
 * more, as its handshake would. A process of its own does not share the event loop of what is
 * measured; it ends with its stdin.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

const [targetPort = 0, roundTripMs = 0] = process.argv.slice(2).map(Number);

/** Does each work at its time, in the order given: timers of different lengths do not promise it. */
function createLine(): (dueMs: number, work: () => void) => void {
  const waiting: { dueMs: number; work: () => void }[] = [];
  const pump = (): void => {
    while (waiting[0] !== undefined && waiting[0].dueMs <= performance.now())
      waiting.shift()?.work();
    if (waiting[0] !== undefined) setTimeout(pump, waiting[0].dueMs - performance.now());
  };
  return (dueMs, work) => {
    waiting.push({ dueMs, work });
    if (waiting.length === 1) setTimeout(pump, dueMs - performance.now());
  };
}

/** Hands on what comes, half a round trip later and not before `openMs`. */
function forward(from: Socket, to: Socket, openMs: number): void {
  const line = createLine();
  const later = (work: () => void): void => {
    line(Math.max(performance.now(), openMs) + roundTripMs / 2, work);
  };
  from.on('data', (chunk: Buffer) => {
    later(() => to.write(chunk));
  });
  from.on('end', () => {
    later(() => to.end());
  });
  from.on('error', () => to.destroy());
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
  target.setNoDelay(true);
  forward(client, target, performance.now() + roundTripMs);
  forward(target, client, 0);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
