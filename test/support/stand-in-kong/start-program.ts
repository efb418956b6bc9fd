import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { KongNode } from './kong-node.ts';
import { KONG_PROGRAM } from './kong-program.ts';

type Settings = Readonly<Record<string, string>>;

function asEnvironment(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`KONG_${key.toUpperCase()}`, value]),
  );
}

/** A container runs on: what master and workers write to stderr is its log. */
async function startContainer(node: KongNode, args: readonly string[], env: Settings) {
  const child = spawn(KONG_PROGRAM, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  node.containerLog = log;
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    node.containerLog = log;
  });
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => {
      reject(new Error(log));
    });
    child.stdout.once('data', () => {
      resolve();
    });
  });
}

/** Starts a node with its settings in kong.conf, or with nothing but environment variables. */
export async function startProgram(
  node: KongNode,
  settings: Settings,
  settingsBy: 'file' | 'environment',
): Promise<void> {
  const { kongConf, environment } = node.parts;
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  if (settingsBy === 'file') writeFileSync(kongConf, lines.join(''));
  const args = settingsBy === 'file' ? ['start', '-c', kongConf] : ['start'];
  const env = settingsBy === 'file' ? {} : asEnvironment(settings);
  if (settings['nginx_daemon'] === 'off') {
    await startContainer(node, args, { ...environment, ...env });
    return;
  }
  const { status, stderr } = await node.kong(args, env);
  if (status !== 0) throw new Error(stderr);
}
