/** Random sequences of SORT over lists, sets and sorted sets. */
import { describeSequences } from './sequences.js';
import { sortSequence } from './sorted-set-generator.js';

describeSequences('random sequences of SORT', '7.0', sortSequence);
