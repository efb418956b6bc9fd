import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { findProgram } from '../../system/find-program.ts';
import type { KongNode } from './kong-node.ts';
import { runProgram, type ProgramOptions, type ProgramResult } from '../../system/run-program.ts';

/** `environment` holds every KONG_ variable that Kong is to see: none is added. */
export interface KongRunOptions extends Pick<
  ProgramOptions,
  'environment' | 'timeoutMs' | 'signal'
> {
  readonly node: KongNode;
}

const MAX_OUTPUT_BYTES = 64 * 1024;

/**
 * Runs the `kong` program that PATH of the environment leads to, in the working directory of the
 * node's master, which Kong's own default path (`./?.lua`) starts from.
 * @throws KongcrateError NOT_FOUND where there is none; the signal's reason
 */
export function runKong(
  args: readonly string[],
  { node, ...options }: KongRunOptions,
): Promise<ProgramResult> {
  const path = findProgram('kong', options.environment);
  if (path === undefined)
    throw new KongcrateError('NOT_FOUND', 'there is no program kong in a directory of PATH', {
      remedy: `Run the command where Kong is installed, or add the directory of kong to PATH.`,
      details: { reason: 'KONG_PROGRAM' },
    });
  const { workingDirectory } = node;
  return runProgram(path, args, { ...options, workingDirectory, maxOutputBytes: MAX_OUTPUT_BYTES });
}
