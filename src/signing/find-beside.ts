import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { FoundSignatures } from './decision/trust-question.ts';
import type { Subject } from './read-subject.ts';
import type { SignatureProblem } from './signature-candidate.ts';
import type { SignatureSearch } from './signature-findings.ts';

/**
 * Looks for signatures beside a subject whose signatures are kept elsewhere, where none is. None of
 * them counts; but whoever names another place must not turn a signed subject into an unsigned one.
 */
export async function findBeside(
  { findSignatures }: Subject,
  search: SignatureSearch,
): Promise<FoundSignatures> {
  const rejected: SignatureProblem[] = [];
  for await (const { source } of findSignatures(search))
    rejected.push({ source, error: notThere() });
  return { accepted: [], rejected, findings: search.findings };
}

function notThere(): KongcrateError {
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    'it is beside the artifact, and signatures are looked for elsewhere',
    { remedy: 'Unset COSIGN_REPOSITORY, or sign with the same one.' },
  );
}
