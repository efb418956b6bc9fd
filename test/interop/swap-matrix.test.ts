import { SHORT_MATRIX } from './swap/cells.ts';
import { describeSwapMatrix } from './swap/describe-swap-matrix.ts';

describeSwapMatrix(SHORT_MATRIX);
