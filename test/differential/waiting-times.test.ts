import { waitingTimesCases } from './cases/waiting-times.js';
import { describeFamily } from '../support/differential.js';

describeFamily('times of commands that wait', waitingTimesCases);
