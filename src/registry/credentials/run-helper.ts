import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';
import { findProgram, type Environment } from '../../system/find-program.ts';
import { runProgram, type ProgramResult } from '../../system/run-program.ts';

export interface HelperOptions {
  readonly environment: Environment;
  /** How long a helper may take; default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Ends a helper that still runs. */
  readonly signal?: AbortSignal | undefined;
}

export interface HelperCall {
  /** The part after `docker-credential-`. */
  readonly name: string;
  readonly action: 'get' | 'store' | 'erase';
  /** Written to its standard input. */
  readonly input: string;
}

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** What docker's own helpers answer, word for word, when they hold nothing for a registry. */
const NOT_FOUND = 'credentials not found';

/**
 * Runs a credential helper by docker's protocol (docker/docker-credential-helpers).
 * @returns what it wrote; undefined if it holds nothing for this registry
 * @throws KongcrateError CREDENTIALS_UNREADABLE, which names the helper and never repeats a
 *   secret; the signal's reason
 */
export async function runHelper(
  call: HelperCall,
  options: HelperOptions,
): Promise<string | undefined> {
  const program = `docker-credential-${call.name}`;
  const path = NAME.test(call.name) ? findProgram(program, options.environment) : undefined;
  if (path === undefined) throw helperFailed(program, 'it is in no absolute directory of PATH');
  const { environment, timeoutMs = TIMEOUT_MS, signal } = options;
  const { action, input } = call;
  const limits = { timeoutMs, signal, maxOutputBytes: MAX_OUTPUT_BYTES, endsTalkers: true };
  const result = await runProgram(path, [action], { ...limits, environment, input });
  if (result.exitCode === 0 && result.endedFor === undefined) return result.stdout;
  if (result.stdout.trim().startsWith(NOT_FOUND)) return undefined;
  throw helperFailed(program, explain(result));
}

/** The error for a helper that gave no usable answer. */
export function helperFailed(program: string, why: string): KongcrateError {
  return new KongcrateError('CREDENTIALS_UNREADABLE', `${program} gave no credentials: ${why}`, {
    remedy: `Try ${program} by hand, or remove it from credsStore and credHelpers.`,
    details: { helper: program },
  });
}

function explain({ endedFor, exitCode, stdout, stderr }: ProgramResult): string {
  if (endedFor === 'output') return `it wrote more than ${MAX_OUTPUT_BYTES} bytes`;
  if (endedFor === 'time') return 'it did not answer in time and was ended';
  const status = exitCode === null ? 'it could not be run' : `exit ${exitCode}`;
  const said = firstLine(stdout) || firstLine(stderr);
  return said === '' ? status : `${status}: ${said}`;
}

/** A line for people. What looks like an answer may hold a secret and is left out. */
function firstLine(output: string): string {
  const line = output.trim().split('\n', 1)[0] ?? '';
  return line.includes('{') || line.includes('"') ? '' : redactText(line).slice(0, 200);
}
