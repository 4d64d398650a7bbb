import { sortedSetAlgebraCases } from './cases/sorted-set-algebra.js';
import { describeFamily } from '../support/differential.js';

describeFamily('algebra of sorted sets', sortedSetAlgebraCases);
