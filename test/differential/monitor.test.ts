import { monitorCases } from './cases/monitor.js';
import { describeFamily } from '../support/differential.js';

describeFamily('MONITOR', monitorCases);
