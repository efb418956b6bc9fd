import { SHORT_MATRIX } from './activation/cells.ts';
import { describeActivationMatrix } from './activation/describe-activation-matrix.ts';

describeActivationMatrix(SHORT_MATRIX);
