import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type RunResult } from '../run.ts';
import { ask, type Answer, type AskOptions } from './ask.ts';
import { ContinuousClient } from './continuous-client.ts';
import { endProcesses, findProcessTree, listProcesses } from './processes.ts';

export interface NodePorts {
  readonly proxy: number;
  readonly admin: number;
  readonly status: number;
  readonly cluster: number;
}

export interface KongNodeParts {
  /** Where everything of the node is. */
  readonly base: string;
  readonly prefix: string;
  readonly kongConf: string;
  readonly luaRoot: string;
  /** The declarative configuration, or the file that stands for the database or the cache. */
  readonly entities: string;
  readonly ports: NodePorts;
  /** `PATH` with the stand-in first, and nothing else: what another shell on the node has. */
  readonly environment: Readonly<Record<string, string>>;
  readonly adminToken?: string;
}

/** A stand-in node that runs, or ran: what tests see and do from outside. */
export class KongNode {
  readonly parts: KongNodeParts;
  readonly adminUrl: string;
  readonly statusUrl: string;
  readonly proxyUrl: string;
  /** What the container has said so far, for a node that logs to stderr. */
  containerLog: string | undefined;

  constructor(parts: KongNodeParts) {
    this.parts = parts;
    this.adminUrl = `http://127.0.0.1:${parts.ports.admin}`;
    this.statusUrl = `http://127.0.0.1:${parts.ports.status}`;
    this.proxyUrl = `http://127.0.0.1:${parts.ports.proxy}`;
  }

  get prefix(): string {
    return this.parts.prefix;
  }

  /** Runs `kong` as an administrator would in another shell. */
  kong(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
    return run('kong', args, { env: { ...this.parts.environment, ...env } });
  }

  masterPid(): number | undefined {
    const file = join(this.prefix, 'pids', 'nginx.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  }

  /** The workers that take requests; those that shut down have another title. */
  workerPids(): readonly number[] {
    const master = this.masterPid();
    return listProcesses()
      .filter(({ parent, command }) => parent === master && command === 'nginx: worker process')
      .map(({ pid }) => pid);
  }

  /** The error log as far as it is written, wherever it goes. */
  errorLog(): string {
    return this.containerLog ?? readFileSync(join(this.prefix, 'logs', 'error.log'), 'utf8');
  }

  kongEnv(): string {
    return readFileSync(join(this.prefix, '.kong_env'), 'utf8');
  }

  request(path = '/', options?: AskOptions): Promise<Answer> {
    return ask(`${this.proxyUrl}${path}`, options);
  }

  /** Asks the Admin API, with the token where the node wants one. */
  admin(path: string, options: AskOptions = {}): Promise<Answer> {
    const { adminToken } = this.parts;
    const headers = { ...(adminToken && { 'Kong-Admin-Token': adminToken }), ...options.headers };
    return ask(`${this.adminUrl}${path}`, { ...options, headers });
  }

  /** The status of `/status/ready`: 200 or 503. */
  async ready(): Promise<number> {
    return (await ask(`${this.statusUrl}/status/ready`)).status;
  }

  continuousClient(): ContinuousClient {
    return new ContinuousClient(this.proxyUrl);
  }

  /** Ends every process of the node, whatever state it is in. */
  async stop(): Promise<void> {
    await endProcesses(findProcessTree(this.parts.base));
  }
}
