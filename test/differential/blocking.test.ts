import { blockingCases } from './cases/blocking.js';
import { describeFamily } from '../support/differential.js';

describeFamily('blocking', blockingCases);
