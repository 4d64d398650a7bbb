import { transactionsCases } from './cases/transactions.js';
import { describeFamily } from '../support/differential.js';

describeFamily('transactions', transactionsCases);
