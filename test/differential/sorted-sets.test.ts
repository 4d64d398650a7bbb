import { sortedSetsCases } from './cases/sorted-sets.js';
import { describeFamily } from '../support/differential.js';

describeFamily('sorted sets', sortedSetsCases);
