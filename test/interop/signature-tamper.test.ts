import { BUNDLE_CASES } from '../hostile/tamper/bundle-cases.ts';
import { LEGACY_CASES } from '../hostile/tamper/legacy-cases.ts';
import { MIXED_CASES } from '../hostile/tamper/mixed-cases.ts';
import { describeTamperMatrix } from './tamper/describe-tamper-matrix.ts';

/** Where the three programs differ; the other cases are in the soak. */
const DIFFERENT = [...LEGACY_CASES, ...BUNDLE_CASES].filter(({ stricter }) => stricter);
describeTamperMatrix('tampered signatures on which cosign is asked', [
  ...DIFFERENT,
  ...MIXED_CASES,
]);
