/** Random sequences over places, against Redis 7.0, which prints coordinates in the form to have. */
import { describeSequences } from './sequences.js';
import { geoSequence } from './sorted-set-generator.js';

describeSequences('random sequences over places', '7.0', geoSequence);
