import { slowLogCases } from './cases/slow-log.js';
import { describeFamily } from '../support/differential.js';

describeFamily('slow log', slowLogCases);
