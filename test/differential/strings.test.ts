import { stringsCases } from './cases/strings.js';
import { describeFamily } from '../support/differential.js';

describeFamily('strings', stringsCases);
