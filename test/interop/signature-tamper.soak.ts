import { BUNDLE_CASES } from '../hostile/tamper/bundle-cases.ts';
import { LEGACY_CASES } from '../hostile/tamper/legacy-cases.ts';
import { MIXED_CASES } from '../hostile/tamper/mixed-cases.ts';
import { describeTamperMatrix } from './tamper/describe-tamper-matrix.ts';

describeTamperMatrix('legacy signatures, tampered with', LEGACY_CASES);
describeTamperMatrix('bundles, tampered with', BUNDLE_CASES);
describeTamperMatrix('both formats at one artifact', MIXED_CASES);
