/** Random sequences over hashes, against Redis 8.0, whose encodings are the ones to have. */
import { hashSequence } from './collection-generator.js';
import { describeSequences } from './sequences.js';

describeSequences('random sequences over hashes', '8.0', hashSequence);
