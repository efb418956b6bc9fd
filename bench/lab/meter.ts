import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peer } from '../../test/support/peer-programs.ts';
import { ROOT } from './root.ts';

export interface Task {
  readonly command: readonly string[];
  /** All that the command finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a run took: of several at once CPU is the sum, memory that of the largest process. */
export interface Usage {
  readonly wallMs: number;
  /** User and system time of all processes that the commands started. */
  readonly cpuMs: number;
  readonly peakBytes: number;
  /** What went to block devices: nothing where the files are in memory. */
  readonly writtenBytes: number;
  /** What each command printed. */
  readonly printed: readonly string[];
}

interface Answer {
  readonly wallMs: number;
  readonly writtenBytes: number;
  readonly results: readonly {
    readonly status: number;
    readonly stdout: string;
    readonly stderr: string;
    readonly cpuMs: number;
    readonly peakBytes: number;
  }[];
}

/** Runs commands in a small process beside this one and gives the kernel's account of them. */
export class Meter {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    const child = spawn(peer('python3'), [join(ROOT, 'bench/lab/meter.py')], {
      env: {},
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws where a command fails, with what it wrote to stderr */
  run(task: Task): Promise<Usage> {
    return this.runAll([task], 1);
  }

  /** Runs all tasks, at most so many at once. */
  async runAll(tasks: readonly Task[], atOnce: number): Promise<Usage> {
    this.#process.stdin?.write(`${JSON.stringify({ tasks, atOnce })}\n`);
    const next = await this.#answers.next();
    if (next.done === true) throw new Error('the meter ended');
    const { wallMs, writtenBytes, results } = JSON.parse(next.value) as Answer;
    for (const [index, { status, stderr }] of results.entries())
      if (status !== 0)
        throw new Error(
          `${tasks[index]?.command.join(' ') ?? ''} ended with ${status}:\n${stderr}`,
        );
    return {
      wallMs,
      writtenBytes,
      cpuMs: results.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      peakBytes: Math.max(...results.map(({ peakBytes }) => peakBytes)),
      printed: results.map(({ stdout }) => stdout),
    };
  }

  stop(): void {
    this.#process.stdin?.end();
  }
}
