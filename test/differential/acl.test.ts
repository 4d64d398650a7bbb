import { describeFamily } from '../support/differential.js';
import { aclCases } from './cases/acl.js';

describeFamily('access control', aclCases);
