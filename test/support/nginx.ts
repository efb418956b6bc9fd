import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterThisFile } from './clean-up.ts';
import { peer } from './peers.ts';
import { stopChild } from './stop-child.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface NginxOptions {
  /** Name and value of what is written of each request, such as `{ uri: '$request_uri' }`. */
  readonly log: Readonly<Record<string, string>>;
  /** The `server` blocks, for as many free ports of 127.0.0.1 as are asked for. */
  readonly servers: (...ports: number[]) => string;
}

export interface Nginx {
  readonly ports: readonly number[];
  /** The access log, in order. */
  log(): readonly Readonly<Record<string, string>>[];
}

const TRIES = 5;
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Starts a real nginx, stopped after the last test of the file. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  // It takes no port 0: between asking the system and listening somebody else may take the port.
  for (let left = TRIES; left > 0; left -= 1) {
    const ports = await freePorts(options.servers.length);
    const place = temporaryDirectory();
    mkdirSync(join(place, 'logs'));
    writeFileSync(join(place, 'nginx.conf'), configuration(options, ports));
    const args = ['-p', place, '-c', 'nginx.conf', '-e', 'error.log'];
    const child = spawn(peer('nginx'), args, { stdio: 'ignore' });
    afterThisFile(() => stopChild(child));
    if (await isListening(child, ports)) return { ports, log: () => readLog(place) };
  }
  throw new Error(`nginx did not start ${TRIES} times`);
}

function configuration({ log, servers }: NginxOptions, ports: readonly number[]): string {
  const fields = Object.entries(log).map(([name, value]) => `"${name}":"${value}"`);
  const paths = TEMPORARY.map((name) => `${name}_temp_path ${name};`);
  return `daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  ${paths.join(' ')}
  client_max_body_size 0;
  log_format fields escape=json '{${fields.join(',')}}';
  access_log access.log fields;
  ${servers(...ports)}
}
`;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function isListening(child: ChildProcess, [port = 0]: readonly number[]): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const socket = connect(port, '127.0.0.1');
    const answers = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (answers) return true;
    await setTimeout(10);
  }
  return false;
}

function readLog(place: string): readonly Readonly<Record<string, string>>[] {
  const lines = readFileSync(join(place, 'access.log'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, string>);
}
