/** Random sequences over sets, against Redis 8.0, whose encodings are the ones to have. */
import { setSequence } from './collection-generator.js';
import { describeSequences } from './sequences.js';

describeSequences('random sequences over sets', '8.0', setSequence);
