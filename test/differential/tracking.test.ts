import { trackingCases } from './cases/tracking.js';
import { describeFamily } from '../support/differential.js';

describeFamily('client-side caching', trackingCases);
