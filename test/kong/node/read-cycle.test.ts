import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isTurned } from '../../../src/kong/activation/judge-signals.ts';
import { findProcesses, type KongProcesses } from '../../../src/kong/node/processes.ts';
import { readCycle } from '../../../src/kong/node/read-cycle.ts';
import { describeWithPeers, peer } from '../../support/peers.ts';
import { until } from '../../support/stand-in-kong/eventually.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
const CONFIGURATION = `daemon off;
pid pids/nginx.pid;
worker_processes 1;
error_log logs/error.log notice;
events {}
http { ${TEMPORARY.map((name) => `${name}_temp_path ${name};`).join(' ')} access_log logs/access.log; }
`;

interface Seen extends KongProcesses {
  readonly cycle?: string;
}

describeWithPeers(['nginx'], "the cycle of nginx's master", () => {
  const prefix = temporaryDirectory();
  const conf = join(prefix, 'nginx.conf');
  let nginx: ChildProcess;
  const see = (): Seen => {
    const found = findProcesses(prefix);
    const cycle = readCycle(found.masterPid ?? 0);
    return { ...found, ...(cycle !== undefined && { cycle }) };
  };
  const endWorker = ({ workerPids: [pid] }: Seen): void => {
    if (pid === undefined) throw new Error('there is no worker');
    process.kill(pid, 'SIGKILL');
  };
  const log = (): string => readFileSync(join(prefix, 'logs/error.log'), 'utf8');
  const isReplaced = ({ workerPids }: Seen): boolean => {
    const now = see().workerPids;
    return now.length === 1 && now.every((pid) => !workerPids.includes(pid));
  };

  beforeAll(async () => {
    for (const directory of ['pids', 'logs']) mkdirSync(join(prefix, directory));
    writeFileSync(conf, CONFIGURATION);
    nginx = spawn(peer('nginx'), ['-p', prefix, '-c', 'nginx.conf'], { stdio: 'ignore' });
    await until(() => see().workerPids.length === 1);
  });
  afterAll(async () => {
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
  });

  it('stays where a worker is replaced, whatever its start time says', async () => {
    const before = see();
    endWorker(before);
    await until(() => isReplaced(before));
    expect(isTurned(before, see())).toBe(false);
  });

  it('stays where a reload fails, and a worker is replaced then', async () => {
    const before = see();
    writeFileSync(conf, 'no such thing;');
    nginx.kill('SIGHUP');
    await until(() => log().includes('[emerg]'));
    endWorker(before);
    await until(() => isReplaced(before));
    expect(isTurned(before, see())).toBe(false);
  });

  it('is another one after each reload that works', async () => {
    writeFileSync(conf, CONFIGURATION);
    for (let count = 0; count < 3; count += 1) {
      const before = see();
      nginx.kill('SIGHUP');
      await until(() => isReplaced(before));
      expect(isTurned(before, see())).toBe(true);
    }
  });

  it('cannot be seen of a process that is gone', () => {
    expect(readCycle(2 ** 30)).toBeUndefined();
  });
});
