import { hashesCases } from './cases/hashes.js';
import { largeHashesCases } from './cases/large-hashes.js';
import { describeFamily } from '../support/differential.js';

describeFamily('hashes', hashesCases);
describeFamily('large hashes', largeHashesCases);
