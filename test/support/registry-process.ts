import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { peer } from './peer-programs.ts';
import { stopChild } from './stop-child.ts';

export interface DockerRegistry {
  /** `127.0.0.1:PORT`, ready to stand in a reference. */
  readonly host: string;
  /** What the registry wrote, one request a line. */
  readonly logFile: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface DockerRegistryOptions {
  /** Holds the content: a second registry on the same one serves the same. */
  readonly directory?: string;
  /** The `auth` part of its configuration; without it nobody has to log in. */
  readonly auth?: object;
  /** Makes it a pull-through cache of another one. */
  readonly proxy?: { readonly remoteurl: string };
  /** PEM texts: the registry then speaks TLS only, and with `clientAuthority` to its clients only. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    readonly clientAuthority?: string;
  };
}

/** Starts a real registry; `place` holds its configuration, its log and, unless told, its content. */
export async function startRegistryProcess(
  place: string,
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const configFile = join(place, 'config.yml');
  const logFile = join(place, 'registry.log');
  writeFileSync(configFile, configuration(place, options));
  const log = openSync(logFile, 'w');
  const child = spawn(peer('docker-registry'), ['serve', configFile], {
    env: { OTEL_TRACES_EXPORTER: 'none' },
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  const host = await addressOf(child, logFile);
  return { host, logFile, pid: child.pid ?? 0, stop: () => stopChild(child) };
}

/** JSON is YAML. Port 0 lets the system choose one that is free. */
function configuration(
  place: string,
  { directory = join(place, 'content'), auth, proxy, tls }: DockerRegistryOptions,
): string {
  return JSON.stringify({
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: directory }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0', ...(tls ? { tls: writeTls(place, tls) } : {}) },
    ...(auth ? { auth } : {}),
    ...(proxy ? { proxy } : {}),
  });
}

function writeTls(place: string, tls: DockerRegistryOptions['tls'] & object): object {
  const write = (name: string, pem: string): string => {
    const file = join(place, name);
    writeFileSync(file, pem);
    return file;
  };
  const { cert, key, clientAuthority: authority } = tls;
  return {
    certificate: write('registry.crt', cert),
    key: write('registry.key', key),
    ...(authority ? { clientcas: [write('clients.crt', authority)] } : {}),
  };
}

/** The address in the line that is written once the socket listens. */
async function addressOf(child: ChildProcess, logFile: string): Promise<string> {
  while (child.exitCode === null && child.signalCode === null) {
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (host !== undefined) return host;
    await setTimeout(10);
  }
  throw new Error(`the registry did not start:\n${readFileSync(logFile, 'utf8')}`);
}
