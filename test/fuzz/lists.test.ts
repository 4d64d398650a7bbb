/** Random sequences over lists, against Redis 8.0, whose encodings are the ones to have. */
import { listSequence } from './collection-generator.js';
import { describeSequences } from './sequences.js';

describeSequences('random sequences over lists', '8.0', listSequence);
