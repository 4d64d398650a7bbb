/** Random sequences over sorted sets, against Redis 8.0, which prints scores in the form to have. */
import { describeSequences } from './sequences.js';
import { sortedSetSequence } from './sorted-set-generator.js';

describeSequences('random sequences over sorted sets', '8.0', sortedSetSequence);
