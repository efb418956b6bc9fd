import { SHORT_IMPOSSIBLE, SHORT_MATRIX } from './verification/cells.ts';
import { describeVerificationMatrix } from './verification/describe-verification-matrix.ts';

describeVerificationMatrix(SHORT_MATRIX, SHORT_IMPOSSIBLE);
