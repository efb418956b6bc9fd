import { redactText } from '../../http/redact.ts';
import type { NodeObservation } from '../activation/observe-node.ts';
import { fieldOf, parseJson } from '../activation/json-fields.ts';
import { shellWord } from '../format-variables.ts';
import type { Complaint } from './find-complaints.ts';
import type { DoctorFinding } from './finding.ts';

export interface Readiness {
  readonly observation: NodeObservation;
  /** What was said since the workers began. */
  readonly complaints: readonly Complaint[];
  readonly prefix: string;
}

/**
 * Finds a running node that does not serve what it was told to. `kong reload` says "Kong reloaded"
 * over code that does not load, and the old workers go on (KONG.md 1.4, 1.8).
 */
export function checkReadiness({
  observation,
  complaints,
  prefix,
}: Readiness): readonly DoctorFinding[] {
  const { masterPid, workerPids } = observation;
  if (masterPid === undefined) return [];
  const ready = tellsReadiness(observation) ? observation.ready : undefined;
  if (ready?.status === 200) return [];
  const failure = complaints.find(({ isInit }) => isInit);
  if (ready === undefined && !failure) return [];
  const said = ready && `/status/ready answers ${ready.status}: ${messageIn(ready.body)}`;
  const evidence = [...(said === undefined ? [] : [said]), ...(failure ? [failure.place] : [])];
  const base = { severity: 'error', plugins: [] } as const;
  if (!failure)
    return [
      {
        ...base,
        code: 'not-ready',
        cause: `the node takes no requests, or should get none: ${said ?? ''}`,
        evidence,
        fix: `Mend what the message and the other findings name, then: kong reload -p ${shellWord(prefix)}`,
      },
    ];
  return [
    {
      ...base,
      code: 'failed-reload',
      cause: `the last reload failed, although kong reload said otherwise: the old workers (${workerPids.join(', ')}) go on with the old code, and a stop would be an outage`,
      evidence,
      fix: `Mend what the message names, or kongcrate rollback; then: kong reload -p ${shellWord(prefix)}`,
    },
  ];
}

/** Kong has `/status/ready` since 3.3, and answers 200 or 503 there. */
export function tellsReadiness({ ready }: NodeObservation): boolean {
  return ready?.status === 200 || ready?.status === 503;
}

function messageIn(body: string): string {
  const message = fieldOf(parseJson(body), 'message');
  return redactText(typeof message === 'string' ? message : body).slice(0, 300);
}
