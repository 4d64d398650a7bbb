import { hashExpirationCases } from './cases/hash-expiration.js';
import { hashFieldsCases } from './cases/hash-fields.js';
import { describeFamily } from '../support/differential.js';

describeFamily('hash-field expiration', hashExpirationCases);
describeFamily('hash fields', hashFieldsCases);
