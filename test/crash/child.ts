import { setTimeout } from 'node:timers/promises';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { interceptOperations } from '../install/intercept-operations.ts';
import { doHalf } from '../support/do-half.ts';
import { perform, type Step } from './perform.ts';

/** What a child process does; the parent hands it over as JSON. */
export interface ChildTask extends Step {
  readonly luaRoot: string;
  /** Whether it stays in the middle of a rollback, with the mutex, until it is killed. */
  readonly stays?: true;
  /** The operation before which, or in the middle of which, the process is killed. */
  readonly kill?: { readonly at: number; readonly when: 'before' | 'midway' };
  readonly umask?: number;
  readonly lockWaitMs?: number;
}

/** What a child prints, unless it is killed: that it is done, or why it failed. */
export type ChildResult = { readonly done: true } | { readonly code: string };

const task = JSON.parse(process.argv[2] ?? '{}') as ChildTask;

const files = interceptOperations((operation) => {
  if (task.kill?.at !== operation.index) {
    operation.run();
    return;
  }
  if (task.kill.when === 'midway') doHalf(operation);
  process.kill(process.pid, 'SIGKILL');
});

async function act(): Promise<void> {
  const { luaRoot, lockWaitMs = 30_000 } = task;
  const root = { luaRoot, files, lockWaitMs };
  if (task.stays) await rollbackPlugins(root, { authorize: stay });
  else await perform(root, task);
}

async function stay(): Promise<void> {
  process.stdout.write('held\n');
  await setTimeout(600_000);
}

if (task.umask !== undefined) process.umask(task.umask);
act().then(
  () => process.stdout.write(JSON.stringify({ done: true } satisfies ChildResult)),
  (error: unknown) => {
    if (!(error instanceof KongcrateError)) throw error;
    process.stdout.write(JSON.stringify({ code: error.code } satisfies ChildResult));
  },
);
