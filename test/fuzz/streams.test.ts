/** Random sequences over streams and groups, against Redis 8.0, which makes consumers when they first ask. */
import { describeSequences } from './sequences.js';
import { streamSequence } from './stream-generator.js';

describeSequences('random sequences over streams', '8.0', streamSequence);
