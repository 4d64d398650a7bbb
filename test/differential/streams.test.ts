import { streamsCases } from './cases/streams.js';
import { describeFamily } from '../support/differential.js';

describeFamily('streams', streamsCases);
