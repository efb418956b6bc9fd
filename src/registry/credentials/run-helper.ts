import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';

export interface HelperOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long a helper may take; default 30,000. */
  readonly timeoutMs?: number | undefined;
}

export interface HelperCall {
  /** The part after `docker-credential-`. */
  readonly name: string;
  readonly action: 'get' | 'store' | 'erase';
  /** Written to its standard input. */
  readonly input: string;
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly failure: (Error & { code?: unknown; killed?: boolean }) | null;
}

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** What docker's own helpers answer, word for word, when they hold nothing for a registry. */
const NOT_FOUND = 'credentials not found';

/**
 * Runs a credential helper by docker's protocol (docker/docker-credential-helpers).
 * @returns what it wrote; undefined if it holds nothing for this registry
 * @throws KongcrateError CREDENTIALS_UNREADABLE, which names the helper and never repeats a secret
 */
export async function runHelper(
  call: HelperCall,
  options: HelperOptions,
): Promise<string | undefined> {
  const program = `docker-credential-${call.name}`;
  const path = NAME.test(call.name) ? findProgram(program, options.environment) : undefined;
  if (path === undefined) throw helperFailed(program, 'it is in no absolute directory of PATH');
  const { stdout, stderr, failure } = await execute(path, call, options);
  if (failure === null) return stdout;
  if (stdout.trim().startsWith(NOT_FOUND)) return undefined;
  throw helperFailed(program, explain(failure, firstLine(stdout) || firstLine(stderr)));
}

/** The error for a helper that gave no usable answer. */
export function helperFailed(program: string, why: string): KongcrateError {
  return new KongcrateError('CREDENTIALS_UNREADABLE', `${program} gave no credentials: ${why}`, {
    remedy: `Try ${program} by hand, or remove it from credsStore and credHelpers.`,
    details: { helper: program },
  });
}

/** Never the working directory, where anybody may have put a program of that name. */
function findProgram(
  program: string,
  environment: HelperOptions['environment'],
): string | undefined {
  const directories = (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return directories.map((directory) => join(directory, program)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function execute(path: string, call: HelperCall, options: HelperOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      path,
      [call.action],
      {
        env: { ...options.environment },
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
      },
      (failure, stdout, stderr) => {
        resolve({ failure, stdout, stderr });
      },
    );
    // A helper may end without reading its input; how it ended is what counts.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(call.input);
  });
}

function explain(failure: NonNullable<Ended['failure']>, said: string): string {
  if (failure.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `it wrote more than ${MAX_OUTPUT_BYTES} bytes`;
  if (failure.killed === true) return 'it did not answer in time and was ended';
  const status = typeof failure.code === 'number' ? `exit ${failure.code}` : 'it could not be run';
  return said === '' ? status : `${status}: ${said}`;
}

/** A line for people. What looks like an answer may hold a secret and is left out. */
function firstLine(output: string): string {
  const line = output.trim().split('\n', 1)[0] ?? '';
  return line.includes('{') || line.includes('"') ? '' : redactText(line).slice(0, 200);
}
