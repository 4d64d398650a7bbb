import { sortedSetRangesCases } from './cases/sorted-set-ranges.js';
import { describeFamily } from '../support/differential.js';

describeFamily('ranges of sorted sets', sortedSetRangesCases);
