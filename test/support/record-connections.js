/**
 * Preloaded into a Node.js process it writes down, at the end, whom the process turned to: one line
 * a target, in a file of its own in the directory that `?to=` names. It only looks on: Node.js
 * announces each request to the system here, whichever of its modules asks.
 */
import { createHook } from 'node:async_hooks';
import childProcess from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const NAMES = {
  TCPCONNECTWRAP: ({ address, port }) => `${address}:${port}`,
  PIPECONNECTWRAP: ({ address }) => `pipe ${address}`,
  GETADDRINFOREQWRAP: ({ hostname }) => `dns ${hostname}`,
  GETNAMEINFOREQWRAP: ({ host }) => `dns ${host}`,
  QUERYWRAP: ({ hostname }) => `dns ${hostname}`,
  UDPWRAP: () => 'udp',
  // What these do is not seen here.
  PROCESSWRAP: () => 'program',
  WORKER: () => 'worker',
};
const seen = [];

createHook({
  init(_id, type, _trigger, resource) {
    const nameOf = NAMES[type];
    // The resource gets its address only after it was announced.
    if (nameOf) seen.push(() => nameOf(resource));
  },
}).enable();

for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
  const original = childProcess[name];
  childProcess[name] = (...args) => {
    seen.push(NAMES.PROCESSWRAP);
    return original(...args);
  };
}
syncBuiltinESMExports();

process.on('exit', () => {
  const directory = new URL(import.meta.url).searchParams.get('to');
  const lines = seen.map((nameOf) => `${nameOf()}\n`);
  writeFileSync(join(directory, `${process.pid}`), lines.join(''));
});
