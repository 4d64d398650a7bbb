import { pubsubCases } from './cases/pubsub.js';
import { describeFamily } from '../support/differential.js';

describeFamily('publish and subscribe', pubsubCases);
