import { protocolCases } from './cases/protocol.js';
import { describeFamily } from '../support/differential.js';

describeFamily('protocol', protocolCases);
