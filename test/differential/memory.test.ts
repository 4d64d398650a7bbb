import { memoryCases } from './cases/memory.js';
import { describeFamily } from '../support/differential.js';

describeFamily('memory', memoryCases);
