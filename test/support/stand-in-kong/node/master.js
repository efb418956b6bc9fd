/** The master process of a node: loads, starts workers and takes signals, one after the other. */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { readNginxConf } from '../configuration/nginx-conf.js';
import { ErrorLog } from './error-log.js';
import { endNow, endWhenDone, launch, tell } from './generation.js';

/** A backstop: no test needs a node for longer, and none may leave one behind. */
const LIFE_LIMIT_MS = 3_600_000;

const prefix = process.argv[2];
const pidFile = join(prefix, 'pids', 'nginx.pid');
const log = new ErrorLog(prefix, readNginxConf(prefix).errorLog);
let generation = [];

async function reload() {
  log.write('notice', 'signal 1 (SIGHUP) received, reconfiguring');
  tell(generation, { type: 'not-ready' });
  try {
    const next = await launch(prefix, 'reload');
    const previous = generation;
    generation = next;
    log.reopen();
    tell(previous, { type: 'quit' });
  } catch (error) {
    log.write('error', error.message);
  }
}

async function end(signal) {
  log.write('notice', `signal (${signal}) received, exiting`);
  await (signal === 'SIGQUIT' ? endWhenDone(generation) : endNow(generation));
  rmSync(pidFile, { force: true });
  process.exit(0);
}

/** Signals wait for each other: code that never returns holds up all that come after it. */
function takeSignals() {
  let work = Promise.resolve();
  const take = (signal, action) =>
    process.on(signal, () => {
      work = work.then(() => action(signal));
    });
  take('SIGHUP', reload);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT']) take(signal, end);
}

async function main() {
  const report = new Socket({ fd: 3 });
  report.on('error', () => undefined);
  // Whoever started us is gone before we ran: nobody would ever end us.
  const orphaned = () => process.exit(1);
  report.once('close', orphaned).resume();
  process.title = `nginx: master process nginx -p ${prefix} -c nginx.conf`;
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  takeSignals();
  try {
    generation = await launch(prefix, 'start');
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch (error) {
    report.off('close', orphaned).end(`[error] ${error.message}`);
    log.write('error', error.message);
    await once(report, 'close');
    process.exit(1);
  }
  report.off('close', orphaned).destroy();
  setTimeout(() => end('SIGTERM'), LIFE_LIMIT_MS).unref();
}

await main();
