import { FULL_MATRIX, IMPOSSIBLE } from './verification/cells.ts';
import { describeVerificationMatrix } from './verification/describe-verification-matrix.ts';

describeVerificationMatrix(FULL_MATRIX, IMPOSSIBLE);
