/**
 * Random sequences of strings, bitmaps, HyperLogLogs and keys. See sequences.ts and runs.ts for how they are
 * compared, how long this runs and how a failure is repeated.
 */
import { commandSequence } from './command-generator.js';
import { describeSequences } from './sequences.js';

describeSequences('random command sequences', '7.0', commandSequence);
