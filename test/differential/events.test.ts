/** What commands tell of the keys that they change: every family's cases, with subscribers and watchers. */
import { describeEvents } from '../support/event-comparison.js';
import { dataFamilies } from './cases/data-families.js';

describeEvents(dataFamilies);
