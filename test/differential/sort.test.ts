import { sortCases } from './cases/sort.js';
import { describeFamily } from '../support/differential.js';

describeFamily('sorting', sortCases);
