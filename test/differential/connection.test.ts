import { connectionCases } from './cases/connection.js';
import { describeFamily } from '../support/differential.js';

describeFamily('connection', connectionCases);
