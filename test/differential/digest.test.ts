import { digestCases } from './cases/digest.js';
import { describeFamily } from '../support/differential.js';

describeFamily('digests', digestCases, { serverArguments: ['--enable-debug-command', 'yes'] });
