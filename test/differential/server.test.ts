import { debugCases, serverCases } from './cases/server.js';
import { describeFamily } from '../support/differential.js';

describeFamily('server', serverCases);
describeFamily('debug', debugCases, { serverArguments: ['--enable-debug-command', 'yes'] });
