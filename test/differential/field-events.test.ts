import { fieldEventCases } from './cases/field-events.js';
import { describeFamily } from '../support/differential.js';

describeFamily('events of fields that expire', fieldEventCases, {
  serverArguments: ['--enable-debug-command', 'yes', '--notify-keyspace-events', 'KEA'],
});
