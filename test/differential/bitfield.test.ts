import { bitfieldCases } from './cases/bitfield.js';
import { describeFamily } from '../support/differential.js';

describeFamily('bitfield', bitfieldCases);
