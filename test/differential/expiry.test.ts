import { expiryCases } from './cases/expiry.js';
import { describeFamily } from '../support/differential.js';

describeFamily('expiry', expiryCases);
