import { setAlgebraCases } from './cases/set-algebra.js';
import { setEncodingCases } from './cases/set-encodings.js';
import { setsCases } from './cases/sets.js';
import { describeFamily } from '../support/differential.js';

describeFamily('sets', setsCases);
describeFamily('set algebra', setAlgebraCases);
describeFamily('set encodings', setEncodingCases);
