import { redactText } from '../../http/redact.ts';
import { runProgram } from '../../system/run-program.ts';
import type { KongPlace } from '../read-kong-settings.ts';
import { askNode, type Asking } from './ask-node.ts';
import type { Verdict } from './confirmation.ts';

/** The only signal that sees a plugin fail while it handles requests (KONG.md 1.8). */
export interface Probe {
  /** Answers 2xx or 3xx where all is well; or a command for `sh -c`, in our own working directory, that
   * exits with 0. */
  readonly target: URL | string;
  /** How long it has to go well without a miss, in milliseconds; once is enough at 0. */
  readonly holdMs: number;
  /** What the command sees. */
  readonly environment: KongPlace['environment'];
}

const TIMEOUT_MS = 10_000;
/** So far it has to come through; the rest of a download tells no more. */
const ENOUGH_BYTES = 1024 * 1024;
const MAX_EVIDENCE_LENGTH = 1_000;

/**
 * Tries a probe once.
 * @returns never `missing`, never `failed`: what misses now may do better at the next try
 * @throws the signal's reason
 */
export function runProbe(probe: Probe, asking: Asking): Promise<Verdict> {
  const { target } = probe;
  return typeof target === 'string'
    ? runCommand({ ...probe, target }, asking.signal)
    : askUrl(target, asking);
}

async function askUrl(url: URL, asking: Asking): Promise<Verdict> {
  const answer = await askNode({ ...asking, url, enoughBytes: ENOUGH_BYTES });
  if (answer && answer.status >= 200 && answer.status < 400) return { state: 'holds' };
  const what = answer === undefined ? 'does not answer' : `answers ${answer.status}`;
  return { state: 'pending', why: `the probe ${url.origin}${url.pathname} ${what}` };
}

async function runCommand(
  { target, environment }: Probe & { readonly target: string },
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  const options = {
    environment,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_EVIDENCE_LENGTH,
    endsWithUs: true,
    signal,
  };
  const { exitCode, output, endedFor } = await runProgram('/bin/sh', ['-c', target], options);
  if (exitCode === 0) return { state: 'holds' };
  const status = endedFor === 'time' ? 'did not end' : `ended with ${exitCode ?? 'a signal'}`;
  const said = redactText(output).slice(-MAX_EVIDENCE_LENGTH);
  return { state: 'pending', why: `the probe ${status}${said === '' ? '' : `: ${said}`}` };
}
