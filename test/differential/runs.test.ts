import { runCases } from './cases/runs.js';
import { describeFamily } from '../support/differential.js';

describeFamily('runs', runCases);
