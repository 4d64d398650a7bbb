import { listEncodingCases } from './cases/list-encodings.js';
import { listsCases } from './cases/lists.js';
import { describeFamily } from '../support/differential.js';

describeFamily('lists', listsCases);
describeFamily('list encodings', listEncodingCases);
