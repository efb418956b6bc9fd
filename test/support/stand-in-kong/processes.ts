import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly user: number;
  readonly command: string;
}

function readProcess(pid: number): RunningProcess | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): string =>
      new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
    if (field('State') === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+/g, ' ').trim();
    return { pid, parent: Number(field('PPid')), user: Number(field('Uid')), command };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

/** Every process that runs now, read from /proc. */
export function listProcesses(): readonly RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((found) => found !== undefined);
}

/** The processes that name a text in their command line, and all below them. */
export function findProcessTree(text: string): readonly RunningProcess[] {
  const all = listProcesses().filter(({ pid }) => pid !== process.pid);
  const tree = new Set(all.filter(({ command }) => command.includes(text)));
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    const parents = new Set([...tree].map(({ pid }) => pid));
    for (const found of all) if (parents.has(found.parent)) tree.add(found);
  }
  return [...tree];
}

/** Ends them at once and waits until none is left. */
export async function endProcesses(processes: readonly RunningProcess[]): Promise<void> {
  for (const { pid } of processes)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  while (processes.some(({ pid }) => existsSync(`/proc/${pid}`) && readProcess(pid) !== undefined))
    await new Promise(setImmediate);
}
