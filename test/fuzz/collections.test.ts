/** Random sequences over lists, hashes and sets together, against Redis 8.0 for its encodings. */
import { mixedSequence } from './collection-generator.js';
import { describeSequences } from './sequences.js';

describeSequences('random sequences over lists, hashes and sets together', '8.0', mixedSequence);
