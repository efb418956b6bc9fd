import { report } from '../support/soak.ts';
import { FULL_MATRIX, IMPOSSIBLE } from './activation/cells.ts';
import { describeActivationMatrix } from './activation/describe-activation-matrix.ts';

report(`activation matrix: ${FULL_MATRIX.length} cells; impossible: ${IMPOSSIBLE.join('; ')}`);
describeActivationMatrix(FULL_MATRIX);
