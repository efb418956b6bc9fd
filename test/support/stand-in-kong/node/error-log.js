import { closeSync, openSync, readlinkSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';

/** A container's image makes the log a link to the standard error of the process. */
function openLog(path) {
  let target = path;
  try {
    target = readlinkSync(path);
  } catch {
    // A file, or not there yet.
  }
  return target === '/dev/stderr' ? process.stderr.fd : openSync(path, 'a', 0o644);
}

const timestamp = () => {
  const [date, time] = new Date().toISOString().split('T');
  return `${date.replaceAll('-', '/')} ${time.slice(0, 8)}`;
};

/** The error log of one process, which keeps writing to the file it opened until it is told. */
export class ErrorLog {
  #path;
  descriptor;

  constructor(prefix, file) {
    this.#path = resolve(prefix, file);
    this.descriptor = openLog(this.#path);
  }

  write(level, text) {
    writeSync(this.descriptor, `${timestamp()} [${level}] ${process.pid}#0: ${text}\n`);
  }

  reopen() {
    const old = this.descriptor;
    // In this order, as nginx does it.
    this.descriptor = openLog(this.#path);
    if (old !== process.stderr.fd) closeSync(old);
  }
}
