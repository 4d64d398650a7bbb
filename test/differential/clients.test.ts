import { clientsCases } from './cases/clients.js';
import { describeFamily } from '../support/differential.js';

describeFamily('clients', clientsCases);
