import type { VerifiedSubject, VerifiedSubjectData } from './verified-subject.ts';

/** Vouches for a subject. Importable from `signing/` only (ESLint holds it). */
export function brandVerifiedSubject(data: VerifiedSubjectData): VerifiedSubject {
  return data as VerifiedSubject;
}
