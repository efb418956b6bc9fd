import type { ArchivedFile, ExtractionPlan, ExtractionPlanData } from './extraction-plan.ts';

/** Vouches for a plan. Importable from `archive/` only (ESLint holds it). */
export function brandExtractionPlan<File extends ArchivedFile>(
  data: ExtractionPlanData<File>,
): ExtractionPlan<File> {
  return data as ExtractionPlan<File>;
}
