import { keysCases } from './cases/keys.js';
import { describeFamily } from '../support/differential.js';

describeFamily('keys', keysCases);
