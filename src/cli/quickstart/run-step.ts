import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Call } from '../action.ts';
import { runCommandLine } from '../run-command-line.ts';

/** One command of the quickstart, as a user would type it. */
export interface Step {
  readonly title: string;
  readonly args: readonly string[];
  /** Reads COSIGN_PASSWORD, which is empty here. */
  readonly needsPassword?: true;
}

/** Shows a command and runs it through the very code that a shell would reach. */
export async function runStep(step: Step, call: Call): Promise<void> {
  const { context } = call;
  const password = step.needsPassword ? 'COSIGN_PASSWORD= ' : '';
  call.note(`\n# ${step.title}\n$ ${password}kongcrate ${step.args.join(' ')}`);
  const exitCode = await runCommandLine(step.args, {
    ...context,
    environment: { ...context.environment, COSIGN_PASSWORD: '' },
    // Results of the steps are notes here: stdout carries the quickstart's own result.
    stdout: context.stderr,
  });
  if (exitCode !== 0)
    throw new KongcrateError('UNEXPECTED', `the step "${step.title}" ended with ${exitCode}`, {
      remedy: 'The lines above say why; please report it.',
    });
}
