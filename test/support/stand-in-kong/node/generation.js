import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readNginxConf } from '../configuration/nginx-conf.js';

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));

/** Waits until a worker says that it did something, or could not. */
function expectFrom(worker, expected) {
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      worker.removeAllListeners('message');
      worker.removeAllListeners('exit');
      settle(value);
    };
    worker.on('message', ({ type, text }) => {
      if (type === expected) end(resolve);
      if (type === 'failed') end(reject, new Error(text));
    });
    worker.on('exit', () => end(reject, new Error('worker process exited')));
  });
}

const isAlive = (worker) => worker.process.exitCode === null && worker.process.signalCode === null;

/** Tells workers something; one that is gone needs not know. */
export function tell(workers, message) {
  for (const worker of workers.filter(isAlive)) worker.send(message, () => undefined);
}

/** Ends workers at once. */
export async function endNow(workers) {
  await Promise.all(
    workers.filter(isAlive).map((worker) => {
      worker.process.kill('SIGKILL');
      return once(worker, 'exit');
    }),
  );
}

/** Ends workers when their requests are done. */
export async function endWhenDone(workers) {
  const ends = workers.filter(isAlive).map((worker) => once(worker, 'exit'));
  tell(workers, { type: 'quit' });
  await Promise.all(ends);
}

/**
 * Starts the workers of a new cycle: all of them serve, or none is left.
 * @param mode `start` reads the declarative configuration, `reload` keeps what is loaded
 */
export async function launch(prefix, mode) {
  const workers = [];
  try {
    for (let index = 0; index < readNginxConf(prefix).workers; index += 1) {
      cluster.setupPrimary({ exec: WORKER, args: [prefix, index === 0 ? mode : 'reload'] });
      const worker = cluster.fork();
      workers.push(worker);
      await expectFrom(worker, 'loaded');
    }
    tell(workers, { type: 'serve', pids: workers.map((worker) => worker.process.pid) });
    await Promise.all(workers.map((worker) => expectFrom(worker, 'serving')));
  } catch (error) {
    await endNow(workers);
    throw error;
  }
  return workers;
}
