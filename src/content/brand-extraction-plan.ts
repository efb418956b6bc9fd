import type { ExtractionPlan, ExtractionPlanData } from './extraction-plan.ts';

/** Vouches for a plan. Importable from `archive/` only (ESLint holds it). */
export function brandExtractionPlan(data: ExtractionPlanData): ExtractionPlan {
  return data as ExtractionPlan;
}
