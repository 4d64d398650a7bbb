import { persistenceCases } from './cases/persistence.js';
import { debugCases, serverCases } from './cases/server.js';
import { describeFamily } from '../support/differential.js';

describeFamily('server', serverCases);
describeFamily('persistence', persistenceCases);
describeFamily('debug', debugCases, { serverArguments: ['--enable-debug-command', 'yes'] });
