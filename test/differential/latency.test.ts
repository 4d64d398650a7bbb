import { latencyCases } from './cases/latency.js';
import { describeFamily } from '../support/differential.js';

describeFamily('latency', latencyCases, { serverArguments: ['--enable-debug-command', 'yes'] });
