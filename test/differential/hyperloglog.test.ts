import { hyperloglogCases } from './cases/hyperloglog.js';
import { describeFamily } from '../support/differential.js';

describeFamily('hyperloglog', hyperloglogCases);
