import { blockingCases } from './cases/blocking.js';
import { blockingTurnCases } from './cases/blocking-turns.js';
import { describeFamily } from '../support/differential.js';

describeFamily('blocking', blockingCases);
describeFamily('blocking, turn by turn', blockingTurnCases, {
  serverArguments: ['--enable-debug-command', 'yes'],
});
