import { describeFamily } from '../support/differential.js';
import { aclBypassCases } from './cases/acl-bypass.js';

describeFamily('ways around permissions', aclBypassCases);
