import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';
import { findProgram, type Environment } from '../../system/find-program.ts';
import { runProgram, type ProgramResult } from '../../system/run-program.ts';
import type { ProgramKey } from './program-key.ts';

export interface KeyProgramOptions {
  /** All that the program sees; PATH says where it is. */
  readonly environment: Environment;
  /** How long one question may take; default 120,000: somebody may have to touch a token. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A method of the protocol with its arguments. */
export interface Question {
  readonly method: 'publicKey' | 'signMessage';
  readonly args: object;
  /** Given to the program on its standard input. */
  readonly message?: Uint8Array;
}

type Answer = Readonly<Record<string, unknown>>;

/** sigstore/sigstore, pkg/signature/kms/cliplugin/common/interface.go */
const PROTOCOL = 'v1';
/** Go's crypto.SHA256. */
const SHA256 = 5;
/** What cosign sends; its helper for programs in Go fails without them. */
export const RPC_OPTIONS = { keyVersion: '', remoteVerification: false } as const;

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const MAX_SHOWN = 400;

/**
 * Asks the program that keeps a key, by the protocol of sigstore's own plugins (cosign 2.5 and 3 run
 * the same programs): one argument with the protocol's version, one with JSON, JSON on its standard
 * output. It is found by PATH, in absolute directories only, and no shell is asked.
 * @returns what it answers to the method
 * @throws KongcrateError KEY_INVALID without such a program, SIGNING_SERVICE_ERROR, TIMED_OUT; the
 *   signal's reason
 */
export async function askKeyProgram(
  { program, resource }: ProgramKey,
  { method, args, message = new Uint8Array() }: Question,
  { environment, timeoutMs = TIMEOUT_MS, signal }: KeyProgramOptions,
): Promise<Answer> {
  const path = findProgram(program, environment);
  if (path === undefined) throw missing(program);
  const initOptions = {
    protocolVersion: PROTOCOL,
    keyResourceID: resource,
    hashFunc: SHA256,
    rpcOptions: RPC_OPTIONS,
  };
  const question = JSON.stringify({ initOptions, methodName: method, [method]: args });
  const limits = { timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES, endsTalkers: true };
  const run = { ...limits, environment, signal, input: message };
  const result = await runProgram(path, [PROTOCOL, question], run);
  if (result.endedFor === 'time') throw tooSlow(program, timeoutMs);
  return readAnswer(result, program, method);
}

/** As in cosign the answer counts and not the exit status, unless a signal ended the program. */
function readAnswer(result: ProgramResult, program: string, method: string): Answer {
  const answer = result.exitCode === null ? undefined : parseObject(result.stdout);
  if (answer === undefined) throw failed(program, `${describeEnd(result)}${said(result.stderr)}`);
  const { errorMessage = '', [method]: value } = answer;
  if (errorMessage !== '')
    throw failed(program, `it says${said(`${String(errorMessage)} ${result.stderr}`)}`);
  if (isObject(value)) return value;
  throw failed(program, `its answer has no ${method}${said(result.stderr)}`);
}

function parseObject(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null;
}

function describeEnd({ endedFor, exitCode, output }: ProgramResult): string {
  if (endedFor === 'output') return `it wrote more than ${MAX_OUTPUT_BYTES} bytes`;
  if (exitCode !== null) return `it ended with ${exitCode}, and its answer is no JSON object`;
  return `it could not be run to its end${said(output)}`;
}

/** What a program says may hold what nobody should read, and characters that steer a terminal. */
function said(text: string): string {
  const shown = redactText(text);
  return shown === '' ? '' : `: ${shown.slice(0, MAX_SHOWN)}`;
}

/** A program that answered nothing useful. */
export function failed(program: string, why: string): KongcrateError {
  return new KongcrateError('SIGNING_SERVICE_ERROR', `${program}: ${why}`, {
    remedy: `Nothing was signed. Mend that, or try the same key with cosign public-key: it runs the same program, by protocol ${PROTOCOL}.`,
    details: { program },
  });
}

function missing(program: string): KongcrateError {
  return new KongcrateError(
    'KEY_INVALID',
    `the program ${program} is in no absolute directory of PATH`,
    {
      remedy:
        'Install it there, executable: docs/keys.md. To verify, the public key as a file will do.',
      details: { program },
    },
  );
}

function tooSlow(program: string, timeoutMs: number): KongcrateError {
  return new KongcrateError(
    'TIMED_OUT',
    `${program} did not answer within ${timeoutMs / 1000} s and was ended`,
    {
      remedy:
        'Nothing was signed. Does it wait for a PIN or a touch? It has no terminal to ask; --timeout gives it longer.',
      details: { program },
    },
  );
}
