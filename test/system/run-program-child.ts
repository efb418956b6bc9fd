import { runProgram, type ProgramOptions } from '../../src/system/run-program.ts';

/** A program that a child runs until it is killed. */
export interface RunTask extends Pick<ProgramOptions, 'endsWithUs'> {
  readonly script: string;
}

const { script, ...options } = JSON.parse(process.argv[2] ?? '{}') as RunTask;
const limits = { environment: {}, timeoutMs: 600_000, maxOutputBytes: 1000 };
await runProgram('/bin/sh', ['-c', script], { ...limits, ...options });
