import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import type { PolicyDecision } from '../signing/policy/decide.ts';
import { explainDecision } from '../signing/policy/explain-decision.ts';
import type { TrustOptions } from '../workflows/create-verifier.ts';
import type { Call } from './action.ts';

/** What was decided, and what was set aside before. */
interface Explanation {
  readonly decisions: readonly PolicyDecision[];
  /** Signatures that no rule and no flag could use. */
  readonly setAside: readonly { readonly source: string; readonly reason: string }[];
}

/**
 * Runs a verification and keeps why it was decided so. Where it is refused, the explanation is
 * written before the error is thrown on.
 */
export async function explaining<Result>(
  verify: (options: Pick<TrustOptions, 'onDecisions'>) => Promise<Result>,
  call: Call,
): Promise<{ readonly result: Result; readonly explanation: Explanation }> {
  let explanation: Explanation = { decisions: [], setAside: [] };
  const onDecisions: TrustOptions['onDecisions'] = (decisions, { rejected }) => {
    const setAside = rejected.map(({ source, error }) => ({ source, reason: messageOf(error) }));
    explanation = { decisions, setAside };
  };
  try {
    return { result: await verify({ onDecisions }), explanation };
  } catch (error) {
    const lines = error instanceof KongcrateError ? error.details['explanation'] : undefined;
    for (const line of Array.isArray(lines) ? lines : []) call.note(String(line));
    throw error;
  }
}

/** The explanation in lines. */
export function renderExplanation({ decisions, setAside }: Explanation): string[] {
  return [
    ...(decisions.length === 0 ? ['no policy: the flags alone decide'] : []),
    ...decisions.flatMap(explainDecision),
    ...setAside.map(({ source, reason }) => `set aside: ${source}: ${reason}`),
  ];
}
