import { streamGroupsCases } from './cases/stream-groups.js';
import { describeFamily } from '../support/differential.js';

describeFamily('stream groups', streamGroupsCases);
